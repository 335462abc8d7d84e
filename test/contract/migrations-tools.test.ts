import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { Database, Run } from '../../src/migration/database.ts';
import { migrationKindNamed, openPostgres } from '../../src/migration/index.ts';
import { ask, lookedFor, runOf } from '../support/migrations.ts';
import { startPostgres } from '../support/postgres.ts';
import { skipped } from '../support/skips.ts';

const server = await startPostgres();
if ('unavailable' in server) skipped('migrations beside other tools', server.unavailable, server.install);

afterAll(async () => {
  if (!('unavailable' in server)) await server.stop();
});

describe.skipIf('unavailable' in server)('beside the team’s own tool', () => {
  let url: string;
  let database: Database;

  beforeEach(async () => {
    if ('unavailable' in server) return;
    url = await server.createDatabase();
    database = openPostgres(async () => url);
  });

  const theirs = {
    supabase: `create schema supabase_migrations; create table supabase_migrations.schema_migrations
      (version text not null primary key, statements text[], name text)`,
    prisma: `create table _prisma_migrations (id varchar(36) primary key, checksum varchar(64) not null,
      finished_at timestamptz, migration_name varchar(255) not null, logs text, rolled_back_at timestamptz,
      started_at timestamptz not null default now(), applied_steps_count integer not null default 0)`,
    drizzle: `create schema drizzle; create table drizzle.__drizzle_migrations
      (id serial primary key, hash text not null, created_at bigint)`,
    knex: `create table knex_migrations
      (id serial primary key, name varchar(255), batch integer, migration_time timestamptz)`,
    flyway: `create table flyway_schema_history (installed_rank int not null primary key, version varchar(50),
      description varchar(200) not null, type varchar(20) not null, script varchar(1000) not null, checksum int,
      installed_by varchar(100) not null, installed_on timestamp not null default now(),
      execution_time int not null, success boolean not null)`,
  };

  test.each(Object.entries(theirs))('%s agrees on what was applied, whoever did it', async (kind, make) => {
    await ask(url, make);
    const { ledger } = migrationKindNamed(kind);
    const more = { ledger, service: 'api' };
    const byUs = await runOf('20240101000000', 'create table a ()', more);
    const named = {
      ...byUs,
      migration: { ...byUs.migration, name: kind === 'drizzle' ? 'a@17' : 'V1__a_b.sql' },
    };
    await database.apply(named);
    const rows = await ask<Record<string, unknown>>(url, `select * from ${ledger!.table}`);
    expect(rows).toHaveLength(1);
    // Ours forgotten, theirs alone says it: it is taken as applied, and not run again.
    await ask(url, 'drop schema slipway_internal cascade');
    const { applied, halfWay } = await database.look(lookedFor(named));
    expect([applied, halfWay]).toMatchObject([[{ id: named.migration.id, by: 'their-tool' }], []]);
  });

  const flywayRow = (rank: number, version: string, type: string, success = true) =>
    ask(
      url,
      `insert into flyway_schema_history values (${rank}, '${version}', '', '${type}', '', 0, '', now(), 0, ${success})`,
    );
  const flywaySays = async () => {
    const { ledger } = migrationKindNamed('flyway');
    const migrations = (await Promise.all(['0.9', '5', '5.1', '6'].map((id) => runOf(id, 'select 1')))).map(
      ({ migration }) => migration,
    );
    const { applied, halfWay } = await database.look({ service: 'api', migrations, ledger });
    return [applied, halfWay].map((each) => each.map(({ id }) => id));
  };

  test('what a baseline of Flyway stands for is not run again', async () => {
    await ask(url, theirs.flyway);
    await flywayRow(1, '5.0', 'BASELINE');
    expect(await flywaySays()).toEqual([['0.9', '5'], []]);
  });

  test.each(['UNDO_SQL', 'DELETE'])('what Flyway took back (%s) is not taken for applied', async (type) => {
    await ask(url, theirs.flyway);
    await flywayRow(1, '5', 'SQL');
    await flywayRow(2, '5.1', 'SQL');
    await flywayRow(3, '5.1', type);
    expect(await flywaySays()).toEqual([['5'], []]);
    await flywayRow(4, '5.1', 'SQL', false);
    expect(await flywaySays()).toEqual([['5'], ['5.1']]);
  });

  test('one of Drizzle whose words were changed afterwards is the same one', async () => {
    await ask(url, theirs.drizzle);
    await ask(url, `insert into drizzle.__drizzle_migrations (hash, created_at) values ('other', 17)`);
    const { ledger } = migrationKindNamed('drizzle');
    const run = await runOf('a', 'create table a ()', { ledger });
    const migration = { ...run.migration, name: 'a@17' };
    const { applied } = await database.look({ service: 'api', migrations: [migration], ledger });
    expect(applied).toMatchObject([{ id: 'a', by: 'their-tool' }]);
  });

  test('what their tool has run behind the last one that is asked for is told, and is nobody’s of ours', async () => {
    await ask(url, theirs.prisma);
    const add = (name: string, at: string) =>
      ask(
        url,
        `insert into _prisma_migrations (id, checksum, migration_name, started_at, finished_at)
          values (gen_random_uuid(), '', '${name}', '${at}', now())`,
      );
    await add('0_squashed_since', '2024-01-01');
    await add('1_a', '2024-01-02');
    await add('2_by_hand', '2024-01-03');
    const { ledger } = migrationKindNamed('prisma');
    await database.apply(await runOf('3_ours', 'select 1', { ledger }));
    const run = await runOf('1_a', 'select 1', { ledger });
    const { applied, others } = await database.look(lookedFor(run));
    expect(applied.map(({ id }) => id)).toEqual(['1_a']);
    expect(others.map(({ id, by, light }) => [id, by, light])).toEqual([
      ['3_ours', 'us', 'safe-to-roll-back'],
      ['2_by_hand', 'their-tool', null],
    ]);
  });

  test('one that failed there is begun by nobody', async () => {
    await ask(url, theirs.prisma);
    await ask(url, `insert into _prisma_migrations (id, checksum, migration_name) values ('x', 'y', '1_a')`);
    const { ledger } = migrationKindNamed('prisma');
    const { halfWay } = await database.look(lookedFor(await runOf('1_a', 'select 1', { ledger })));
    expect(halfWay[0]?.say).toContain('_prisma_migrations says that 1_a was begun');
    await ask(url, 'update _prisma_migrations set rolled_back_at = now()');
    const after = await database.look(lookedFor(await runOf('1_a', 'select 1', { ledger })));
    expect([after.halfWay, after.applied]).toEqual([[], []]);
  });

  test('a script that changes where names are looked up does not hide their table', async () => {
    await ask(url, theirs.knex);
    const { ledger } = migrationKindNamed('knex');
    await database.apply(await runOf('1.sql', `set search_path = ''; create table public.a ()`, { ledger }));
    expect(await ask(url, 'select name from knex_migrations')).toEqual([{ name: '1.sql' }]);
  });

  describe.each(Object.entries(theirs))('what stopped half-way beside %s', (kind, make) => {
    const { ledger } = migrationKindNamed(kind);
    const names = (run: Run): Run => ({
      ...run,
      migration: { ...run.migration, name: kind === 'drizzle' ? 'a@17' : "V2__it\\'s.sql" },
    });
    /** Stops at its last statement, unless there is a table `b`. */
    const SQL = 'create table a (m int); create index concurrently a_m on a (m); insert into b values (1)';
    const half = async () => {
      const run = names(await runOf('20240101000000', SQL, { ledger }));
      await database.apply(run).catch(() => undefined);
      return run;
    };
    /** Types what it says to type. */
    const type = async (run: Run, which: RegExp, before = '', after = '') => {
      const [stopped] = (await database.look(lookedFor(run))).halfWay;
      const line = stopped?.next.find((each) => which.test(each)) ?? '';
      await ask(url, `${before}${line.slice(line.indexOf(': ') + 2)}${after}`);
    };
    /** All but what differs from time to time. */
    const rows = async () =>
      (await ask<Record<string, unknown>>(url, `select * from ${ledger!.table}`)).map((row) =>
        Object.entries(row).filter(([name]) => !/^id$|_on$|_time$|ed_at$/.test(name)),
      );

    beforeEach(async () => {
      if ('unavailable' in server) return;
      await ask(url, make);
    });

    test('is in its table as if we had finished it, once a person says that it is done', async () => {
      const run = await half();
      expect(await rows()).toEqual([]);
      await type(run, /^when all of it is done/, `set search_path = ''; `);
      const said = await rows();
      expect(said).toHaveLength(1);
      await ask(
        url,
        `drop schema slipway_internal cascade; drop table a; truncate ${ledger!.table}; create table b (n int)`,
      );
      await half();
      expect(said).toEqual(await rows());
      await ask(url, 'drop schema slipway_internal cascade');
      const { applied, halfWay } = await database.look(lookedFor(run));
      expect([applied, halfWay]).toMatchObject([[{ id: run.migration.id, by: 'their-tool' }], []]);
    });

    test('is in its table only together with ours, once, and not where none of it is done', async () => {
      const run = await half();
      await type(run, /^when all of it is done/, 'begin; ', ' rollback');
      expect([await rows(), (await database.look(lookedFor(run))).halfWay.length]).toEqual([[], 1]);
      await type(run, /^when none of it is/, 'begin; ', ' commit; drop table a');
      expect(await rows()).toEqual([]);
      const again = await half();
      // Their own tool was told first.
      const { sql, values } = ledger!.insert({ ...again.migration, statements: [], newId: 'x', tookMs: 1 });
      await ask(url, sql, [...values]);
      await type(again, /^when all of it is done/);
      expect(await rows()).toHaveLength(1);
      expect((await database.look(lookedFor(again))).applied).toMatchObject([{ by: 'us' }]);
    });
  });

  test('a table of ours from an earlier version learns to tell them', async () => {
    await ask(url, theirs.knex);
    await database.apply(await runOf('0.sql', 'select 1'));
    await ask(
      url,
      `alter table slipway_internal.slipway_migrations drop column their_row;
        drop function slipway_internal.slipway_tell_them cascade`,
    );
    const { ledger } = migrationKindNamed('knex');
    const run = await runOf('1.sql', 'create table a (); vacuum a; select 1/0', { ledger });
    await database.apply(run).catch(() => undefined);
    await ask(
      url,
      'update slipway_internal.slipway_migrations set finished_at = now() where finished_at is null',
    );
    expect(await ask(url, 'select name from knex_migrations')).toEqual([{ name: '1.sql' }]);
  });

  test('where the tool was never used, it finds nothing of ours', async () => {
    const { ledger } = migrationKindNamed('knex');
    await database.apply(await runOf('1.sql', 'create table a ()', { ledger }));
    expect(await ask(url, `select tablename from pg_tables where schemaname = 'public'`)).toEqual([
      { tablename: 'a' },
    ]);
  });
});
