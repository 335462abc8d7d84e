import type { Catalog } from '../../src/core/catalog.ts';
import type { Role } from '../../src/core/person.ts';
import type { Visiting } from '../../src/engine/desk/visitor.ts';
import type { EngineParts } from '../../src/engine/parts.ts';
import { patience } from '../../src/engine/patience.ts';
import { memoryStore } from '../../src/store/memory/index.ts';
import type { Notice, Store } from '../../src/store/store.ts';
import { member, openDirectory } from './members.ts';
import { platformMetric } from './platform-metric.ts';

const target = (environment: string) => ({
  environment,
  platform: 'memory',
  address: {},
  strategy: 'rolling',
  pace: { trafficPercents: [50], observeMs: 1_000, releaseDeadlineMs: 60_000, keepMs: 60_000 },
  gates: [],
  criteria: null,
});
const targets = ['staging', 'production'].map(target);

const grant = (role: Role, ...people: string[]) =>
  ({ role, people, services: '*', environments: '*' }) as const;

/** Two services in two environments; U1 to U3 deploy, U8 manages releases, U9 operates, U5 deploys api in staging alone. */
export const boardCatalog: Catalog = {
  version: 'c1',
  services: ['api', 'web'].map((name) => ({ name, summary: '', needs: [], source: null, targets })),
  environments: [
    { name: 'staging', channel: 'C1', isProtected: false, approval: null },
    { name: 'production', channel: 'C2', isProtected: true, approval: null },
  ],
  people: [{ name: 'eight', accounts: ['U8', 'os:eight'] }],
  groups: [],
  emergency: { channels: [], reviewWithinMs: 72 * 3_600_000 },
  grants: [
    grant('viewer', 'U1', 'U2', 'U3', 'U5', 'U8', 'U9'),
    grant('deployer', 'U1', 'U2', 'U3'),
    grant('release-manager', 'U8', 'os:eight'),
    grant('operator', 'U9'),
    { role: 'deployer', people: ['U5'], services: ['api'], environments: ['staging'] },
    { role: 'release-manager', people: ['U5'], services: ['api'], environments: ['staging'] },
  ],
};

/** The board with whoever stands before it, in memory, at a time that the test says. */
export type BoardWorld = {
  readonly parts: EngineParts;
  readonly store: Store;
  pass(ms: number): void;
  nowMs(): number;
  /** Somebody with a delivery of their own; the same key again is the same delivery. */
  visiting(who: string, key?: string): Visiting;
  /** Everything that waits to be told, newest last. */
  told(): Promise<readonly Notice[]>;
};

export function openBoardWorld(catalog: Catalog = boardCatalog, more: Partial<EngineParts> = {}): BoardWorld {
  let nowMs = Date.UTC(2026, 10, 20, 9);
  let keys = 0;
  const store = memoryStore({ nowMs: () => nowMs });
  const silent = () => undefined;
  const parts: EngineParts = {
    store,
    catalog: () => catalog,
    siteOf: () => {
      throw new Error('no platform is asked here');
    },
    sourceOf: () => null,
    directory: openDirectory,
    bell: { ring: silent },
    clock: { nowMs: () => nowMs, sleep: async () => undefined },
    random: () => 0.5,
    probe: async () => null,
    metricNamed: platformMetric(),
    log: { debug: silent, info: silent, warn: silent, error: silent },
    patience,
    stopping: new AbortController().signal,
    owner: 'this',
    ...more,
  };
  return {
    parts,
    store,
    pass(ms) {
      nowMs += ms;
    },
    nowMs: () => nowMs,
    visiting(who, key) {
      keys += 1;
      return { parts, visitor: { actor: member(who), channel: 'C1', key: key ?? `k-${keys}` } };
    },
    async told() {
      const rows = await store.outbox.take('test', 1_000, 1_000);
      for (const row of rows) await store.outbox.sent(row, { channel: 'C1', ts: '1' });
      return rows;
    },
  };
}
