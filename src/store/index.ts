import type { Pool } from 'pg';
import { openEmbedded } from './embedded/index.ts';
import { checkServer } from './postgres/check-server.ts';
import { postgresStore } from './postgres/index.ts';
import { migrate } from './postgres/migrate.ts';
import { openPostgres } from './postgres/open.ts';
import type { Store } from './store.ts';

export { FolderInUse } from './embedded/folder-lock.ts';
export { openPlace } from './embedded/place.ts';
export { openShared, type Shared } from './embedded/share.ts';
export { ServerRefused } from './postgres/check-server.ts';
export { SchemaRefused } from './postgres/migrate.ts';
export type { Store } from './store.ts';

export type OpenStore = {
  readonly store: Store;
  /**
   * For BullMQ's Postgres backend where there is no Redis: its `search_path` is set to `bullmq, public`. Embedded, it
   * is the store's own pool, and nobody may wait for a second connection while they have a transaction open.
   */
  readonly queuePool: Pool;
  readonly kind: 'postgres' | 'embedded';
  /** The same as `store.close`: both may be called, any number of times. */
  close(): Promise<void>;
};

export type StoreSettings = {
  /** Null keeps everything in `folder`, for one process. */
  readonly databaseUrl: string | null;
  readonly folder: string;
  /** This machine's clock in milliseconds: compared with the server's once, and never written. */
  readonly nowMs: () => number;
};

/**
 * Opens the store and brings its schema up to date.
 * @throws {FolderInUse} when another process has the folder.
 * @throws {ServerRefused} when the server is a standby, cannot be written to, or has a very different clock.
 * @throws {SchemaRefused} when a newer program has upgraded the database.
 */
export async function openStore({ databaseUrl, folder, nowMs }: StoreSettings): Promise<OpenStore> {
  if (databaseUrl === null) {
    const { pool, close } = await openEmbedded({ folder });
    return opened('embedded', { pool, queuePool: pool, close }, async () => migrate(pool));
  }
  const postgres = openPostgres({ url: databaseUrl });
  return opened('postgres', postgres, async () => {
    await checkServer(postgres.pool, nowMs);
    await migrate(postgres.pool);
  });
}

type Pools = { readonly pool: Pool; readonly queuePool: Pool; close(): Promise<void> };

async function opened(
  kind: OpenStore['kind'],
  { pool, queuePool, close: closeOnce }: Pools,
  prepare: () => Promise<void>,
): Promise<OpenStore> {
  let closing: Promise<void> | null = null;
  const close = () => {
    closing ??= closeOnce();
    return closing;
  };
  try {
    await prepare();
  } catch (error) {
    await close();
    throw error;
  }
  return { store: { ...postgresStore(pool), close }, queuePool, kind, close };
}
