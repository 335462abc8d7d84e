import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { Failed } from '../../src/core/failure.ts';
import { openPostgres } from '../../src/migration/index.ts';
import { type Choose, openPool } from '../support/connection-pool.ts';
import { ask, runOf } from '../support/migrations.ts';
import { startPostgres } from '../support/postgres.ts';
import { skipped } from '../support/skips.ts';

const server = await startPostgres();
if ('unavailable' in server) skipped('migrations through a busy pool', server.unavailable, server.install);

afterAll(async () => {
  if (!('unavailable' in server)) await server.stop();
});

/** In turn, so that no two who ask one after the other are ever given the same. */
const inTurn = (): Choose => {
  let turn = 0;
  return () => turn++ % 2;
};

/** Each is given its own again, until somebody else is faster for once. */
const until =
  (word: string): Choose =>
  (client, said) =>
    client === 0 && said.includes(word) ? 9 : client;

/** The same, and from then on. */
const since = (word: string): Choose => {
  let isSince = false;
  return (client, said) => {
    isSince ||= client === 0 && said.includes(word);
    return isSince ? 9 : client;
  };
};

describe.runIf(!('unavailable' in server))('a pool that hands transactions to several connections', () => {
  let url: string;
  beforeEach(async () => {
    url = 'unavailable' in server ? '' : await server.createDatabase();
  });

  test.each<[string, () => Choose]>([
    ['in turn', inTurn],
    ['another one from the lock on', () => since('pg_try_advisory_lock')],
    ['another one just when the limits are set', () => until('set lock_timeout')],
  ])('is refused before a migration is run there: %s', async (_, choose) => {
    for (const text of ['create table a ()', 'create table a (); create index concurrently on a ((1))']) {
      const pool = await openPool(url, 'transaction', choose());
      const failure = await openPostgres(async () => pool.url)
        .apply(await runOf('1', text))
        .then(
          () => null,
          (error: Failed) => error.failure,
        );
      await pool.close();
      expect(failure).toMatchObject({
        code: 'rejected',
        message: expect.stringContaining('transaction mode'),
      });
      expect(await ask(url, "select 1 from pg_class where relname = 'a'")).toEqual([]);
    }
  });
});
