/** Ten percent of fifty requests a second, then more, a minute each. */
export const STAGES = [10, 25, 50];
export const STAGE_SECONDS = 60;

/**
 * `api` alone on the local platform, watched by its numbers. Three hundred requests a stage cannot rule out more than what
 * is called acceptable here; what is worse than tolerated is taken back as soon as it is certain, all the same.
 */
export function configuration(): string {
  return `
slack: { channel: C0DEPLOYS }
environments:
  staging: { channel: C0DEPLOYS, protected: false }
services:
  api:
    summary: Answers with its orders
    source: { kind: changelog, file: api/changelog.json }
    targets:
      staging:
        platform: local
        address: { service: api }
        strategy: canary
        pace: { traffic: [${STAGES.join(', ')}], observe: ${STAGE_SECONDS}s, releaseDeadline: 60s }
        gates: []
        criteria: { errorPercentMax: null, latencyP95MsMax: null, memoryMbMax: 256, requestsMin: 50 }
        watch: { lookEvery: 1s, warmUp: 10s, acceptable: { errorPoints: 5, latencyPercent: 60 } }
grants:
  - { role: viewer, people: [U0ADA], services: all, environments: all }
  - { role: deployer, people: [U0ADA], services: all, environments: all }
`;
}
