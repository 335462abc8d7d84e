import type { Catalog } from '../../src/core/catalog.ts';
import { type ConfiguredWatch, usualWatch } from '../../src/core/watch.ts';
import type { Scenario } from './scenario.ts';
import type { Watching } from './watching.ts';

/** What is configured in a scenario. */
export function catalogOf({ services, environment }: Scenario): Catalog {
  const everybody = { people: ['U1', 'U2', 'U3'], services: '*', environments: '*' } as const;
  return {
    version: 'c1',
    services: services.map(
      ({ name, needs, strategy, trafficPercents, isWatched, gates, watching, flagPercents }) => ({
        name,
        summary: name,
        ...(flagPercents === undefined
          ? {}
          : { flags: [{ key: `flag-${name}`, at: 'flags', environments: { [environment]: environment } }] }),
        source: null,
        needs,
        targets: [
          {
            environment,
            platform: 'sim',
            address: { service: name },
            strategy,
            pace: {
              trafficPercents,
              observeMs: 6_000,
              releaseDeadlineMs: 90_000,
              keepMs: watching === undefined ? 60_000 : 8_000,
            },
            gates: gates.map((gate) => ({ gate, settings: {} })),
            ...(watching === undefined ? {} : { watch: watchOf(watching) }),
            ...(flagPercents === undefined
              ? {}
              : { flags: [{ key: `flag-${name}`, percents: flagPercents }] }),
            criteria:
              isWatched && watching === undefined
                ? { errorPercentMax: 2, latencyP95MsMax: null, memoryMbMax: null, requestsMin: 10 }
                : null,
          },
        ],
      }),
    ),
    environments: [{ name: environment, channel: 'C1', isProtected: false, approval: null }],
    people: [],
    emergency: { channels: [], reviewWithinMs: 259_200_000 },
    groups: [],
    grants: [
      { ...everybody, role: 'deployer' },
      { ...everybody, role: 'viewer' },
      { ...everybody, role: 'viewer', people: ['U4', 'U5'] },
      // Who may overrule the numbers, and may not order anything.
      { ...everybody, role: 'commander', people: ['U4'] },
    ],
  };
}

function watchOf({ sources, countdown, heldMs, mayPassEarly }: Watching): ConfiguredWatch {
  return {
    sources: sources.map((from) => ({ from, query: {} })),
    judge: {
      ...usualWatch.judge,
      acceptable: { errorPoints: 40, latencyPercent: null },
      requestsMin: 5,
      mayPassEarly,
    },
    countdown,
    heldMs,
  };
}
