import { Client } from 'pg';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { Failed } from '../../src/core/failure.ts';
import type { Database, Run } from '../../src/migration/database.ts';
import { migrationKindNamed, openPostgres } from '../../src/migration/index.ts';
import { ask, isGone, isPaused, lookedFor, runOf, until } from '../support/migrations.ts';
import { startPostgres } from '../support/postgres.ts';
import { skipped } from '../support/skips.ts';

const server = await startPostgres();
if ('unavailable' in server) skipped('locks of other tools', server.unavailable, server.install);

afterAll(async () => {
  if (!('unavailable' in server)) await server.stop();
});

const PAUSE = 'do $$ begin perform pg_sleep(120); end $$';
const ALONE = 'create table a (m int); create index concurrently a_m on a (m)';
const endOurs = `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'slipway migrations'`;

const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => {
      throw new Error('It went through.');
    },
    (error: Failed) => error.failure,
  );

describe.skipIf('unavailable' in server)('the lock of the team’s own tool', () => {
  let url: string;
  let database: Database;
  /** The tool, in a session of its own. */
  let tool: Client;

  beforeEach(async () => {
    if ('unavailable' in server) return;
    url = await server.createDatabase();
    database = openPostgres(async () => url);
    tool = new Client({ connectionString: url });
    tool.on('error', () => undefined);
    await tool.connect();
    return () => tool.end();
  });

  const runFor = (kind: string, sql: string) => runOf('1', sql, { ledger: migrationKindNamed(kind).ledger });
  const isBusy = async (run: Run) => (await database.look(lookedFor(run))).isTheirToolBusy;
  const refused = async (run: Run) => {
    expect(await failureOf(database.apply(run))).toMatchObject({
      code: 'conflict',
      retryAfterMs: 5_000,
      message: expect.stringContaining("the team's own tool runs migrations"),
    });
    expect(await ask(url, `select 1 from pg_tables where tablename = 'a'`)).toEqual([]);
  };
  const taken = async (key: string) => {
    const [row] = (await tool.query<{ is: boolean }>(`select pg_try_advisory_lock(${key}) as is`)).rows;
    if (row?.is === true) await tool.query(`select pg_advisory_unlock(${key})`);
    return row?.is === false;
  };

  /** What their tables are made of is told elsewhere. */
  const PRISMA = `create table _prisma_migrations (id text, checksum text, migration_name text, started_at timestamptz
    default now(), finished_at timestamptz, rolled_back_at timestamptz, applied_steps_count int)`;
  const FLYWAY = `create table flyway_schema_history (installed_rank int, version text, description text, type text,
    script text, checksum int, installed_by text, execution_time int, success boolean)`;
  const KNEX = `create table knex_migrations (id serial, name text, batch int, migration_time timestamptz);
    create table knex_migrations_lock (index serial, is_locked int)`;

  const tools = [
    ['prisma', PRISMA, '72707369'],
    // 77431708279161 and the hash of "public"."flyway_schema_history", computed apart from here.
    ['flyway', FLYWAY, '77433833903597'],
  ] as const;

  test.each(tools)('of %s is respected, and held until our session ends', async (kind, make, key) => {
    await tool.query(make);
    const run = await runFor(kind, 'create table a ()');
    expect(await isBusy(run)).toBe(false);
    await tool.query(`select pg_advisory_lock(${key})`);
    expect(await isBusy(run)).toBe(true);
    await refused(run);
    await refused(await runFor(kind, ALONE));
    await tool.query(`select pg_advisory_unlock(${key})`);

    const failure = failureOf(database.apply(await runFor(kind, `create table a (); ${PAUSE}`)));
    await until(url, isPaused);
    expect([await taken(key), await isBusy(run)]).toEqual([true, true]);
    await ask(url, endOurs);
    await failure;
    await until(url, isGone);
    expect([await taken(key), await isBusy(run)]).toEqual([false, false]);
    await database.apply(run);
    expect(await taken(key)).toBe(false);
  });

  test.each([
    ['prisma', PRISMA, '72707369', false],
    ['flyway', FLYWAY, '77433833903597', true],
  ] as const)(
    'of %s while an index is built concurrently is held only where nobody waits for it',
    async (kind, make, key, isHeld) => {
      await tool.query(make);
      const failure = failureOf(database.apply(await runFor(kind, `${ALONE}; ${PAUSE}`)));
      await until(url, isPaused);
      expect(await taken(key)).toBe(isHeld);
      await ask(url, endOurs);
      await failure;
    },
  );

  test('of Prisma, waited for by Prisma, does not end an index that is being built', async () => {
    await tool.query(PRISMA);
    await tool.query('create table a (m int)');
    const run = await runFor(
      'prisma',
      `do $$ begin perform pg_sleep(3); end $$; create index concurrently i on a (m)`,
    );
    const work = database.apply(run);
    await until(url, isPaused);
    await tool.query(`begin; select pg_advisory_lock(72707369); commit`);
    await work;
    expect((await database.look(lookedFor(run))).halfWay).toEqual([]);
  });

  test('of Flyway is that of the schema in which its table is', async () => {
    await tool.query(`create schema "Shop"; set search_path = "Shop"; ${FLYWAY}`);
    await tool.query(`alter database ${new URL(url).pathname.slice(1)} set search_path = "Shop"`);
    const run = await runFor('flyway', 'create table a ()');
    await tool.query(`select pg_advisory_lock(77433833903597)`);
    expect(await isBusy(run)).toBe(false);
    await tool.query('select pg_advisory_lock(77432974161248)');
    expect(await isBusy(run)).toBe(true);
  });

  test.each(['create table a ()', ALONE])('of Knex is a row, and is respected by %s', async (sql) => {
    await tool.query(KNEX);
    const run = await runFor('knex', sql);
    await tool.query('insert into knex_migrations_lock (is_locked) values (1)');
    expect(await isBusy(run)).toBe(true);
    await refused(run);
    await tool.query('update knex_migrations_lock set is_locked = 0');
    expect(await isBusy(run)).toBe(false);
    // As it does it, in the transaction of all that it runs: nobody else can read that yet.
    await tool.query('begin; update knex_migrations_lock set is_locked = 1 where is_locked = 0');
    expect(await isBusy(run)).toBe(true);
    await refused(run);
    await tool.query('rollback');
    await database.apply(run);
    expect(await ask(url, 'select is_locked from knex_migrations_lock')).toEqual([{ is_locked: 0 }]);
  });

  test('of Knex is held by us while a transaction lasts, and nothing of it stays behind', async () => {
    await tool.query(`${KNEX}; insert into knex_migrations_lock (is_locked) values (0)`);
    const failure = failureOf(database.apply(await runFor('knex', `create table a (); ${PAUSE}`)));
    await until(url, isPaused);
    await tool.query('set lock_timeout = 200');
    const theirs = () => tool.query('update knex_migrations_lock set is_locked = 1 where is_locked = 0');
    await expect(theirs()).rejects.toThrow('lock timeout');
    await ask(url, endOurs);
    await failure;
    await until(url, isGone);
    expect((await theirs()).rowCount).toBe(1);
  });

  test('of a tool that was never used there is nobody’s', async () => {
    for (const kind of ['prisma', 'flyway', 'knex']) {
      const run = await runOf(kind, 'select 1', { ledger: migrationKindNamed(kind).ledger });
      expect(await isBusy(run)).toBe(false);
      await database.apply(run);
    }
  });
});
