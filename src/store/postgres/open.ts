import type { Pool } from 'pg';
import { endPool, GuardedPool } from './pool.ts';

/**
 * Nothing waits for the database for ever. The server gives up first, so that its reason is told; `query_timeout` is
 * for a server that does not answer at all, and TCP keep-alive for a connection that died in silence.
 */
const patience = {
  connectionTimeoutMillis: 5_000,
  lock_timeout: 3_000,
  statement_timeout: 8_000,
  query_timeout: 10_000,
  idle_in_transaction_session_timeout: 15_000,
  keepAlive: true,
  keepAliveInitialDelayMillis: 10_000,
} as const;

const STORE_CONNECTIONS_MAX = 10;
/** Leaves room for one listening client per queue worker beside the connections that come and go. */
const QUEUE_CONNECTIONS_MAX = 20;

export type Opened = { readonly pool: Pool; readonly queuePool: Pool; close(): Promise<void> };

/**
 * Pools on a Postgres server: one for the store, and one for BullMQ's own backend, whose statements name no schema.
 * Connects to nothing before the first query.
 */
export function openPostgres({ url }: { readonly url: string }): Opened {
  const pool = new GuardedPool({
    ...patience,
    connectionString: url,
    application_name: 'slipway',
    max: STORE_CONNECTIONS_MAX,
  });
  const queuePool = new GuardedPool({
    ...patience,
    connectionString: url,
    application_name: 'slipway queue',
    max: QUEUE_CONNECTIONS_MAX,
    options: '-c search_path=bullmq,public',
    // Its queue operations may wait for each other for longer than our rows ever should.
    lock_timeout: patience.statement_timeout,
  });
  return {
    pool,
    queuePool,
    close: async () => {
      await Promise.all([endPool(pool), endPool(queuePool)]);
    },
  };
}
