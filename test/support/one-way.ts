import type { ConfiguredMigrations } from '../../src/core/catalog.ts';
import { Failed } from '../../src/core/failure.ts';
import { plain } from '../../src/core/text.ts';
import { waitingLines } from '../../src/core/waiting.ts';
import { usualWatch } from '../../src/core/watch.ts';
import { createEngine } from '../../src/engine/engine.ts';
import { begunBy, openOffice } from './office/office.ts';
import { openPretendDatabase } from './pretend-database.ts';

export const PLACE = 'api/staging';
export const BREAKING = '-- slipway: expand\nalter table users drop column name';

export const migrations: ConfiguredMigrations = {
  kind: 'sql',
  folder: 'api/migrations',
  from: 'checkout',
  databases: { staging: 'env:STAGING' },
  lockTimeoutMs: 5_000,
  statementTimeoutMs: 60_000,
  contractAfterMs: 60_000,
  isProtectionRequired: false,
  isReadOnly: false,
  integrity: [],
};
export const criteria = { errorPercentMax: 2, latencyP95MsMax: null, memoryMbMax: null, requestsMin: 20 };

/** The numbers here are too coarse to rule out that it is slower. */
const usual = {
  ...usualWatch,
  judge: { ...usualWatch.judge, acceptable: { errorPoints: 1, latencyPercent: null } },
};

/** How both versions answer from now on, as a test wants it. */
export type Answering = {
  /** Shares of all requests. */
  failing: number;
  failingBefore: number;
  slow: number;
  perSecond: number;
  isSilent: boolean;
};

/** v2 of a service that is watched; with a migration from which there is no way back, unless it is left out. */
export async function openVigil({ isOneWay = true } = {}) {
  const office = openOffice();
  const database = openPretendDatabase(() => office.nowMs());
  const answering: Answering = { failing: 0, failingBefore: 0, slow: 0, perSecond: 40, isSilent: false };
  const counted = new Map<string, { requests: number; errors: number; slow: number; atMs: number }>();
  office.catalog = {
    ...office.catalog,
    services: office.catalog.services.map((service) =>
      service.name === 'api'
        ? {
            ...service,
            ...(isOneWay ? { migrations } : {}),
            targets: service.targets.map((target) => ({ ...target, criteria, watch: usual })),
          }
        : service,
    ),
  };
  Object.assign(office.parts, {
    migrations: {
      databaseAt: () => database,
      readFolder: async () => [{ path: '1_way.sql', text: BREAKING }],
    },
  });
  office.world.extras.set(PLACE, {
    async measure(releaseId) {
      if (answering.isSilent) {
        throw new Failed({ code: 'unavailable', message: 'no answer', retryAfterMs: 1_000 });
      }
      const isOld = releaseId.startsWith('r1.');
      const atMs = office.nowMs();
      const before = counted.get(releaseId) ?? { requests: 500, errors: 0, slow: 0, atMs };
      const more = ((atMs - before.atMs) / 1_000) * answering.perSecond;
      const now = {
        requests: before.requests + more,
        errors: before.errors + more * (isOld ? answering.failingBefore : answering.failing),
        slow: before.slow + (isOld ? 0 : more * answering.slow),
        atMs,
      };
      counted.set(releaseId, now);
      return {
        atMs,
        requests: Math.floor(now.requests),
        errors: Math.floor(now.errors),
        latencyBuckets: [
          { upToMs: 100, count: Math.floor(now.requests - now.slow) },
          { upToMs: 250, count: Math.floor(now.requests - now.slow) },
          { upToMs: 1_000, count: Math.floor(now.requests) },
          { upToMs: Number.POSITIVE_INFINITY, count: Math.floor(now.requests) },
        ],
        cpuPercent: null,
        memoryMb: null,
      };
    },
  });
  let engine = createEngine(office.parts);
  const deploy = () =>
    office.as('U0ANN').deploy(office.order('v2', { environment: 'staging', strategy: 'canary', ref: 'v2' }));
  const id = begunBy(await office.during(deploy()));
  const visit = () => office.during(engine.advance(id));
  const deployment = () => office.deployment(id);
  const lines = async () => waitingLines(await deployment()).map(plain);

  return {
    office,
    id,
    answering,
    visit,
    deployment,
    lines,
    /** Visits it for so long, as often as it asks to be; `meanwhile` is what others do in between. */
    async waits(ms: number, meanwhile: () => Promise<unknown> = async () => null): Promise<void> {
      for (const untilMs = office.nowMs() + ms; office.nowMs() < untilMs; ) {
        if ((await office.store.journal.due(10)).includes(id)) await visit();
        await meanwhile();
        office.pass(5_000);
      }
    },
    async until(isSo: () => Promise<boolean>): Promise<void> {
      for (let visits = 0; visits < 300; visits += 1) {
        if (await isSo()) return;
        await visit();
        office.pass(5_000);
      }
      throw new Error(`It never came to that: ${(await lines()).join(' · ')}`);
    },
    /** A worker dies in the middle of a visit: its lease runs out, and another process knows nothing but the journal. */
    async crash(): Promise<void> {
      const dies = () => office.store.journal.claim(id, 'somebody who dies', office.parts.patience.leaseMs);
      while ((await dies()) === null) office.pass(5_000);
      office.pass(office.parts.patience.leaseMs + 1_000);
      engine = createEngine(office.parts);
    },
    vigils: async () =>
      (await office.store.journal.read(id, 0)).flatMap((entry) =>
        entry.event.kind === 'vigil' ? [{ ...entry.event, atMs: entry.atMs }] : [],
      ),
    share: () =>
      (office.world.places.get(PLACE) ?? [])
        .filter(({ name }) => name === 'v2')
        .reduce((sum, { trafficPercent }) => sum + trafficPercent, 0),
    /** Words in the thread of its card that nobody has sent yet, with whom they call. */
    async words(): Promise<string[]> {
      const rows = await office.store.outbox.take('whoever looks', 1_000, 1);
      return rows.flatMap(({ key, content }) =>
        key.startsWith('word/vigil/') && content.kind === 'word' ? [plain(content.text)] : [],
      );
    },
  };
}
