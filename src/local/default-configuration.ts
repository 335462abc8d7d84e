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
`;
