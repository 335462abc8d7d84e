import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { DeploymentEvent } from '../../src/core/event.ts';
import { openEmbedded } from '../../src/store/embedded/index.ts';
import { memoryStore } from '../../src/store/memory/index.ts';
import { postgresStore } from '../../src/store/postgres/index.ts';
import { migrate } from '../../src/store/postgres/migrate.ts';
import { openPostgres } from '../../src/store/postgres/open.ts';
import type { Beginning, Claim, End, Notice, Store, Writing } from '../../src/store/store.ts';
import { startPostgres } from '../support/postgres.ts';
import { skipped } from '../support/skips.ts';

/** One implementation of the store, and the time that passes for it. */
export type World = {
  readonly name: string;
  /** An empty store. */
  fresh(): Promise<Store>;
  /** Lets this much time pass on the clock of the store. */
  pass(ms: number): Promise<void>;
  close(): Promise<void>;
  /** Where there is a database behind it. */
  readonly pool: Pool | null;
};

export async function memoryWorld(): Promise<World> {
  let nowMs = 1_800_000_000_000;
  return {
    name: 'memory',
    pool: null,
    fresh: async () => memoryStore({ nowMs: () => nowMs }),
    pass: async (ms) => {
      nowMs += ms;
    },
    close: async () => undefined,
  };
}

export async function embeddedWorld(): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-embedded-'));
  const { pool, close } = await openEmbedded({ folder });
  return databaseWorld('embedded Postgres', pool, async () => {
    await close();
    rmSync(folder, { recursive: true, force: true });
  });
}

/** Null, and said aloud, where no server is installed. */
export async function serverWorld(): Promise<World | null> {
  const server = await startPostgres();
  if ('unavailable' in server) {
    skipped('the contract of the store on a real Postgres', server.unavailable, server.install);
    return null;
  }
  const { pool, close } = openPostgres({ url: await server.createDatabase() });
  return databaseWorld('real Postgres', pool, async () => {
    await close();
    await server.stop();
  });
}

function databaseWorld(name: string, pool: Pool, close: () => Promise<void>): World {
  return {
    name,
    pool,
    fresh: async () => {
      await pool.query('drop schema if exists slipway cascade');
      await migrate(pool);
      return postgresStore(pool);
    },
    pass: async (ms) => {
      await sleep(ms);
    },
    close,
  };
}

/** Longer than any test. */
export const LONG_MS = 60_000;
/** Short enough to wait for its end. */
export const SHORT_MS = 150;
/** After this, what was SHORT_MS is over. */
export const OVER_MS = 200;
/** For what is asked before it is over as well: a slow machine comes to ask in this time. */
export const MIDDLE_MS = 600;
/** After this, what was MIDDLE_MS is over. */
export const OVER_MIDDLE_MS = 650;

export const started: DeploymentEvent = { kind: 'step-started', step: 'release.api/staging' };
export const settled: DeploymentEvent = {
  kind: 'step-succeeded',
  step: 'release.api/staging',
  left: { releaseId: 'r-1', url: null, verdict: null, numbers: null, numbersBefore: null },
};
export const aborted: DeploymentEvent = { kind: 'abort-asked', by: 'U2', why: null };

export function beginning(id: string, more: Partial<Beginning> & { target?: string } = {}): Beginning {
  const { target = 'api/staging', ...rest } = more;
  const [service = 'api', environment = 'staging'] = target.split('/');
  return {
    deploymentId: id,
    orderKey: `order-${id}`,
    environment,
    requestedBy: 'U1',
    targets: [{ id: target, service, version: 'v2' }],
    event: started,
    notices: [],
    ...rest,
  };
}

export function writing(events: readonly DeploymentEvent[], more: Partial<Writing> = {}): Writing {
  return { events, notices: [], end: null, ...more };
}

export function ending(outcome: End['outcome'], more: Partial<End> = {}): Writing {
  const finished: DeploymentEvent = { kind: 'finished', outcome, because: 'it was over' };
  return writing([finished], {
    end: { outcome, report: { markdown: '# Report', json: '{}' }, believed: [], ...more },
  });
}

export function notice(key: string, more: Partial<Notice> = {}): Notice {
  const content = { kind: 'card', deploymentId: 'd-1', environment: 'staging', seq: null } as const;
  return { key, stream: 'thread', lane: 'progress', content, ...more };
}

/** Begins a deployment and takes its lease. */
export async function held(
  { journal }: Store,
  id = 'd-1',
  more: Parameters<typeof beginning>[1] = {},
): Promise<Claim> {
  const begun = await journal.begin(beginning(id, more));
  const claim = await journal.claim(id, 'worker-a', LONG_MS);
  if (begun.kind !== 'begun' || claim === null) throw new Error(`could not begin ${id}: ${begun.kind}`);
  return claim;
}

/** Begins a deployment and ends it at once. */
export async function ended(
  store: Store,
  id: string,
  outcome: End['outcome'],
  more: Parameters<typeof beginning>[1] = {},
): Promise<void> {
  const claim = await held(store, id, more);
  await store.journal.append(claim, 1, ending(outcome));
}
