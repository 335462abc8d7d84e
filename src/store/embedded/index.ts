import { resolve } from 'node:path';
import type { Pool } from 'pg';
import { endPool, GuardedPool } from '../postgres/pool.ts';
import { type Served, serveDatabase } from './database-thread.ts';
import { existing } from './existing.ts';
import { type FolderLock, lockFolder } from './folder-lock.ts';

export { FolderInUse } from './folder-lock.ts';

/** Leaves room for one listening client per queue worker beside the connections that come and go. */
const CONNECTIONS_MAX = 24;

export type Opened = { readonly pool: Pool; close(): Promise<void> };

/**
 * Opens the database in this folder, and makes it where it is missing: Postgres inside this process, behind an
 * ordinary `pg.Pool`, for this process alone. Survives `kill -9` with everything that was acknowledged, but not the
 * loss of power: it never waits for the disk.
 * @throws {FolderInUse} when another live process has the folder; nothing was opened then.
 */
export async function openEmbedded({ folder }: { readonly folder: string }): Promise<Opened> {
  const home = resolve(folder);
  const me = { pid: process.pid, startedAtMs: Math.round(performance.timeOrigin) };
  const lock = await lockFolder(home, me);
  try {
    const served = await serveDatabase(await existing(home));
    return opened(served, lock);
  } catch (error) {
    await lock.release();
    throw error;
  }
}

function opened(served: Served, lock: FolderLock): Opened {
  const pool = new GuardedPool({
    max: CONNECTIONS_MAX,
    user: 'postgres',
    database: 'postgres',
    password: '',
    ssl: false,
    // BullMQ trusts a listening client only where the connection is kept alive; this one cannot be lost unnoticed.
    keepAlive: true,
    stream: () => served.wire(),
  });
  return {
    pool,
    close: async () => {
      await endPool(pool);
      await served.close();
      await lock.release();
    },
  };
}
