import type { Catalog } from '../../src/core/catalog.ts';
import type { Scenario } from './scenario.ts';

/** What is configured in a scenario. */
export function catalogOf({ services, environment }: Scenario): Catalog {
  const everybody = { people: ['U1', 'U2', 'U3'], services: '*', environments: '*' } as const;
  return {
    version: 'c1',
    services: services.map(({ name, needs, strategy, trafficPercents, isWatched, gates }) => ({
      name,
      summary: name,
      source: null,
      needs,
      targets: [
        {
          environment,
          platform: 'sim',
          address: { service: name },
          strategy,
          pace: { trafficPercents, observeMs: 6_000, releaseDeadlineMs: 90_000, keepMs: 60_000 },
          gates: gates.map((gate) => ({ gate, settings: {} })),
          criteria: isWatched
            ? { errorPercentMax: 2, latencyP95MsMax: null, memoryMbMax: null, requestsMin: 10 }
            : null,
        },
      ],
    })),
    environments: [{ name: environment, channel: 'C1', isProtected: false, approval: null }],
    people: [],
    emergency: { channels: [], reviewWithinMs: 259_200_000 },
    groups: [],
    grants: [
      { ...everybody, role: 'deployer' },
      { ...everybody, role: 'viewer' },
    ],
  };
}
