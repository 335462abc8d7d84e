/** Ten percent of fifty requests a second, then more. */
export const STAGES = [10, 25, 50];
/** A minute each, and less for good versions, of which there are a hundred. */
export const STAGE_SECONDS = { bad: 60, good: 20 };

/** Each rollout has a place of its own, so that nobody's past is another's. */
export function environmentOf(index: number): string {
  return `place-${index}`;
}

/**
 * `api` alone on the local platform, watched by its numbers. A hundred requests a stage cannot rule out more than what is
 * called acceptable here; what is worse than tolerated is taken back as soon as it is certain, all the same.
 */
export function configuration(places: number): string {
  const names = Array.from({ length: places }, (_, index) => environmentOf(index));
  return `
slack: { channel: C0DEPLOYS }
environments:
${names.map((name) => `  ${name}: { channel: C0DEPLOYS, protected: false }`).join('\n')}
services:
  api:
    summary: Answers with its orders
    targets:
${names.map(target).join('')}
grants:
  - { role: viewer, people: [U0ADA], services: all, environments: all }
  - { role: deployer, people: [U0ADA], services: all, environments: all }
`;
}

function target(name: string): string {
  return `
      ${name}:
        platform: local
        address: { service: api }
        strategy: canary
        pace: { traffic: [${STAGES.join(', ')}], observe: ${STAGE_SECONDS.bad}s, releaseDeadline: 60s }
        gates: []
        criteria: { errorPercentMax: null, latencyP95MsMax: null, memoryMbMax: 256, requestsMin: 50 }
        watch: { lookEvery: 1s, warmUp: 10s, acceptable: { errorPoints: 5, latencyPercent: 60 } }
`;
}
