/** What the built-in configuration is called where a file's name would stand. */
export const DEFAULT_CONFIGURATION_NAME = 'slipway.yml (built in)';

/**
 * The slipway.yml that is used where there is none: the sample services on this machine, and the people of the local
 * workspace. A copy of it is a good start for one's own.
 */
export const DEFAULT_CONFIGURATION = `# Sample services on this machine. Copy this to slipway.yml and make it yours.

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
        criteria: { errorPercentMax: 2, latencyP95MsMax: 1000, memoryMbMax: 256, requestsMin: 20 }
        watch: &watch
          # The samples have little traffic: only what is plainly bad can be told apart in a few seconds.
          lookEvery: 1s
          warmUp: 2s
          acceptable: { errorPoints: 10, latencyPercent: 60 }
          countdown: { strong: 5s, plain: 10s }
      production:
        platform: local
        address: { service: api }
        strategy: canary
        pace: { observe: 8s, releaseDeadline: 30s, keep: 2m }
        gates: [dependencies-healthy, serves-version]
        criteria: { errorPercentMax: 2, latencyP95MsMax: 1000, memoryMbMax: 256, requestsMin: 20 }
        watch: *watch

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
        criteria: { errorPercentMax: 2, latencyP95MsMax: 1000, memoryMbMax: 256, requestsMin: 20 }
        watch: *watch
      production:
        platform: local
        address: { service: web }
        strategy: canary
        pace: { observe: 8s, releaseDeadline: 30s, keep: 2m }
        gates: [dependencies-healthy, serves-version]
        criteria: { errorPercentMax: 2, latencyP95MsMax: 1000, memoryMbMax: 256, requestsMin: 20 }
        watch: *watch

  # Not there until somebody deploys it: /deploy-staging checkout v1. It keeps orders in a database, which its migrations
  # change, and reads the flag new-checkout.
  checkout:
    summary: Takes orders and keeps them
    source: { kind: changelog, file: checkout/changelog.json }
    migrations:
      kind: sql
      folder: checkout/migrations
      databases: { staging: "embedded:checkout-staging", production: "embedded:checkout-production" }
      contractAfter: 1m
      integrity:
        - { name: orders of nothing, query: select id from orders where item = '' }
    flags:
      new-checkout: { at: samples, environments: { staging: staging, production: production } }
    targets:
      staging:
        platform: local
        address: { service: checkout }
        strategy: rolling
        pace: { traffic: [25, 50], observe: 6s, releaseDeadline: 30s }
        gates: [dependencies-healthy, serves-version]
        criteria: { errorPercentMax: 2, latencyP95MsMax: 1000, memoryMbMax: 256, requestsMin: 20 }
        watch: *watch
      production:
        platform: local
        address: { service: checkout }
        strategy: canary
        pace: { observe: 8s, releaseDeadline: 30s, keep: 2m }
        gates: [dependencies-healthy, serves-version]
        criteria: { errorPercentMax: 2, latencyP95MsMax: 1000, memoryMbMax: 256, requestsMin: 20 }
        watch: *watch

# Flags in files of SLIPWAY_HOME, for this machine alone.
flags:
  samples: { kind: file }

# Ordered as one: /deploy-staging shop@v2 deploys api, then web, and takes both back when one of them fails.
products:
  shop: { summary: Both of them, services: [api, web] }

# One human being may have several accounts. Nobody approves what they asked for themselves, by whatever account.
people:
  ada: [U0ADA]
  ben: [U0BEN]

# For the day when production is lost: /deploy-disaster-recovery fail-over, and before that day with --drill.
runbooks:
  fail-over:
    summary: Serve from staging what production served
    rto: 20m
    rpo: 5m
    # Two different people when left out; one here, because there are only two in the local workspace.
    approvals: { required: [{ needed: 1 }] }
    channel: C0PRODUCTION
    announce: C0GENERAL
    escalate: [U0ADA, U0BEN]
    failBack: fail-back
    steps:
      - name: assess
        do: manual
        phase: assess
        within: 5m
        drill: true
        instruction: Look whether production is really lost, and say what is left of it
      - name: freeze-production
        do: freeze
        phase: provision
        within: 1m
        environment: production
        undo: lift the freeze
      - name: restore-records
        do: manual
        phase: restore
        within: 5m
        drill: true
        instruction: Restore the newest backup of the records, and say how much was lost
      - name: deploy-api
        do: deploy
        phase: deploy
        within: 3m
        drill: true
        service: api
        environment: staging
        from: production
        undo: roll api in staging back
      - name: deploy-web
        do: deploy
        phase: deploy
        within: 3m
        drill: true
        service: web
        environment: staging
        from: production
        undo: roll web in staging back
      - { name: verify-api, do: verify, phase: verify, within: 1m, drill: true, service: api, environment: staging }
      - { name: verify-web, do: verify, phase: verify, within: 1m, drill: true, service: web, environment: staging }
      - name: redirect
        do: manual
        phase: redirect
        within: 2m
        instruction: Point people to staging
        undo: point people to production again
      - { name: tell, do: announce, phase: redirect, within: 1m, drill: true, text: We serve from staging now }
  fail-back:
    summary: Serve from production again
    rto: 20m
    approvals: { required: [{ needed: 1 }] }
    channel: C0PRODUCTION
    announce: C0GENERAL
    steps:
      - { name: verify-api, do: verify, phase: verify, within: 1m, drill: true, service: api, environment: production }
      - { name: verify-web, do: verify, phase: verify, within: 1m, drill: true, service: web, environment: production }
      - name: redirect
        do: manual
        phase: redirect
        within: 5m
        instruction: Point people to production again, and lift the freeze
      - { name: tell, do: announce, phase: redirect, within: 1m, drill: true, text: We serve from production again }

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
    people: [U0ADA, U0BEN]
    services: all
    environments: all
  - role: auditor
    people: [U0ADA]
    services: all
    environments: all
`;
