import type { ApprovalRule } from '../../src/core/approval.ts';
import type { Catalog, ConfiguredMigrations } from '../../src/core/catalog.ts';
import { type ConfiguredWatch, usualWatch } from '../../src/core/watch.ts';
import type { Migrated } from './migrating.ts';
import type { Scenario } from './scenario.ts';
import { referenceOf } from './team-database.ts';
import type { Watching } from './watching.ts';

/** What is configured in a scenario. */
export function catalogOf({ services, environment, isApproved = false, runbooks = [] }: Scenario): Catalog {
  const everybody = { people: ['U1', 'U2', 'U3'], services: '*', environments: '*' } as const;
  return {
    version: 'c1',
    services: services.map(
      ({ name, needs, strategy, trafficPercents, isWatched, gates, watching, flagPercents, migrated }) => ({
        name,
        summary: name,
        ...(flagPercents === undefined
          ? {}
          : { flags: [{ key: `flag-${name}`, at: 'flags', environments: { [environment]: environment } }] }),
        source: null,
        ...(migrated === undefined ? {} : { migrations: migrationsOf(migrated, name, environment) }),
        needs,
        targets: [
          {
            environment,
            platform: 'sim',
            address: { service: name, router: { platform: 'edge', arms: { eu: 'a', us: 'b' } } },
            strategy,
            pace: {
              trafficPercents,
              observeMs: 6_000,
              releaseDeadlineMs: 90_000,
              keepMs: watching === undefined && migrated === undefined ? 60_000 : 8_000,
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
    environments: [
      {
        name: environment,
        channel: 'C1',
        isProtected: isApproved,
        approval: isApproved ? someoneElse : null,
      },
    ],
    people: [],
    emergency: { channels: [], reviewWithinMs: 259_200_000 },
    groups: [],
    ...(runbooks.length === 0 ? {} : { runbooks: [...runbooks] }),
    grants: [
      { ...everybody, role: 'deployer' },
      { ...everybody, role: 'viewer' },
      ...(isApproved ? [{ ...everybody, role: 'approver' } as const] : []),
      { ...everybody, role: 'viewer', people: ['U4', 'U5'] },
      // Who may overrule the numbers, and may not order anything.
      { ...everybody, role: 'commander', people: ['U4', 'U6', 'U7'] },
    ],
  };
}

/** Whoever wrote it counts too: these worlds have no source that could say who did. */
const someoneElse: ApprovalRule = {
  requirements: [{ needed: 1, group: null }],
  expiresAfterMs: 3_600_000,
  isAuthorExcluded: false,
};

function migrationsOf(
  { isReadOnly, asksData, from, tool }: Migrated,
  name: string,
  environment: string,
): ConfiguredMigrations {
  return {
    kind: tool?.kind ?? 'sql',
    folder: name,
    from: from ?? 'checkout',
    databases: { [environment]: referenceOf(`${name}/${environment}`) },
    lockTimeoutMs: 5_000,
    statementTimeoutMs: 60_000,
    contractAfterMs: 4_000,
    isProtectionRequired: false,
    isReadOnly,
    integrity: asksData ? [{ name: 'orders', sql: 'select 1 where false' }] : [],
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
