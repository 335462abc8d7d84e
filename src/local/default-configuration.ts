/** What the built-in configuration is called where a file's name would stand. */
export const DEFAULT_CONFIGURATION_NAME = 'slipway.yml (built in)';

/**
 * The slipway.yml that is used where there is none: the sample services on this machine, and the people of the local
 * workspace. A copy of it is a good start for one's own.
 */
export const DEFAULT_CONFIGURATION = `# Two sample services on this machine. Copy this to slipway.yml and make it yours.

slack:
  channel: C0DEPLOYS

environments:
  staging:
    channel: C0DEPLOYS
    protected: false
  production:
    channel: C0PRODUCTION
    protected: true
    # One other person than the one who asks has to say yes to the very plan that is shown.
    approvals:
      required: [{ needed: 1 }]
      expire: 60m

services:
  api:
    summary: Answers what web asks
    source: { kind: changelog, file: api/changelog.json }
    targets:
      staging:
        platform: local
        address: { service: api }
        strategy: rolling
        pace: { traffic: [25, 50], observe: 6s, releaseDeadline: 30s }
        gates: [dependencies-healthy, serves-version]
        criteria: { errorPercentMax: 2, latencyP95MsMax: 1000, memoryMbMax: null, requestsMin: 20 }
      production:
        platform: local
        address: { service: api }
        strategy: canary
        pace: { observe: 8s, releaseDeadline: 30s, keep: 2m }
        gates: [dependencies-healthy, serves-version]
        criteria: { errorPercentMax: 2, latencyP95MsMax: 1000, memoryMbMax: null, requestsMin: 20 }

  web:
    summary: The pages that people see
    needs: [api]
    source: { kind: changelog, file: web/changelog.json }
    targets:
      staging:
        platform: local
        address: { service: web }
        strategy: rolling
        pace: { traffic: [25, 50], observe: 6s, releaseDeadline: 30s }
        gates: [dependencies-healthy, serves-version]
        criteria: { errorPercentMax: 2, latencyP95MsMax: 1000, memoryMbMax: null, requestsMin: 20 }
      production:
        platform: local
        address: { service: web }
        strategy: canary
        pace: { observe: 8s, releaseDeadline: 30s, keep: 2m }
        gates: [dependencies-healthy, serves-version]
        criteria: { errorPercentMax: 2, latencyP95MsMax: 1000, memoryMbMax: null, requestsMin: 20 }

# One human being may have several accounts. Nobody approves what they asked for themselves, by whatever account.
people:
  ada: [U0ADA]
  ben: [U0BEN]

# Ids of people. Whoever is in no list may do nothing.
grants:
  - role: viewer
    people: [U0ADA, U0BEN]
    services: all
    environments: all
  - role: deployer
    people: [U0ADA, U0BEN]
    services: all
    environments: all
  - role: approver
    people: [U0ADA, U0BEN]
    services: all
    environments: all
  - role: operator
    people: [U0ADA, U0BEN]
    services: all
    environments: all
  - role: release-manager
    people: [U0ADA, U0BEN]
    services: all
    environments: all
  - role: commander
    people: [U0BEN]
    services: all
    environments: all
  - role: auditor
    people: [U0ADA]
    services: all
    environments: all
`;
