import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { skipped } from '../support/skips.ts';

/** Real servers for one campaign; they end with it. */
export type Servers = { readonly postgres: TestPostgres; readonly redis: TestRedis };

/** False, and said aloud, where there is no Postgres or no Redis on this machine. */
export async function withServers(what: string, use: (servers: Servers) => Promise<void>): Promise<boolean> {
  const postgres = await startPostgres();
  if ('unavailable' in postgres) {
    skipped(what, postgres.unavailable, postgres.install);
    return false;
  }
  try {
    const redis = await startRedis();
    if ('unavailable' in redis) {
      skipped(what, redis.unavailable, redis.install);
      return false;
    }
    try {
      await use({ postgres, redis });
    } finally {
      await redis.stop();
    }
  } finally {
    await postgres.stop();
  }
  return true;
}
