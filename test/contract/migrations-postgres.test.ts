import { once } from 'node:events';
import { createServer, connect as dial, type Socket } from 'node:net';
import { Client } from 'pg';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { Failed } from '../../src/core/failure.ts';
import type { Database, DatabaseStanding, Run } from '../../src/migration/database.ts';
import { openPostgres } from '../../src/migration/index.ts';
import { openPool } from '../support/connection-pool.ts';
import { applyElsewhere, ask, isGone, isPaused, lookedFor, runOf, until } from '../support/migrations.ts';
import { startPostgres } from '../support/postgres.ts';
import { skipped } from '../support/skips.ts';

const server = await startPostgres();
if ('unavailable' in server) skipped('migrations on a real Postgres', server.unavailable, server.install);

afterAll(async () => {
  if (!('unavailable' in server)) await server.stop();
});

const PAUSE = 'do $$ begin perform pg_sleep(120); end $$';
const STATEMENTS = [
  'create table a (id int, name text)',
  "insert into a values (1, 'ada')",
  'alter table a add column mail text',
  "update a set mail = 'ada@example.com' where mail is null",
];
/** The same with the pause behind so many of them. */
const paused = (behind: number, more: string[] = []) =>
  [...STATEMENTS.slice(0, behind), PAUSE, ...STATEMENTS.slice(behind), ...more].join(';\n');
const ALONE = ['create index concurrently a_mail on a (mail)'];
const places = [...STATEMENTS.keys(), STATEMENTS.length];

const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => {
      throw new Error('It went through.');
    },
    (error: Failed) => error.failure,
  );

describe.skipIf('unavailable' in server)('migrations on a real Postgres', () => {
  let url: string;
  let database: Database;

  beforeEach(async () => {
    if ('unavailable' in server) return;
    url = await server.createDatabase();
    database = openPostgres(async () => url);
  });

  const tables = async () =>
    (
      await ask<{ name: string }>(url, `select tablename as name from pg_tables where schemaname = 'public'`)
    ).map(({ name }) => name);
  const appliedOf = async (run: Run) => (await database.look(lookedFor(run))).applied.map(({ id }) => id);

  test('a migration is applied once, however often it is asked for', async () => {
    const run = await runOf('1', `${STATEMENTS.join(';')}`);
    expect(await appliedOf(run)).toEqual([]);
    await database.apply(run);
    await database.apply(run);
    expect(await ask(url, 'select * from a')).toEqual([{ id: 1, name: 'ada', mail: 'ada@example.com' }]);
    const { applied, halfWay, others } = await database.look(lookedFor(run));
    expect(applied).toMatchObject([
      { id: '1', by: 'us', light: 'safe-to-roll-back', deploymentId: 'd-00000000' },
    ]);
    expect([halfWay, others]).toEqual([[], []]);
  });

  test.each(places)(
    'its process killed behind statement %i of a transaction, nothing of it is there',
    async (behind) => {
      const run = await runOf('1', paused(behind));
      const process = applyElsewhere(url, run);
      const ended = once(process, 'exit');
      await until(url, isPaused);
      expect((await database.look(lookedFor(run))).isBusy).toBe(true);
      process.kill('SIGKILL');
      await ended;
      await until(url, isGone);
      expect(await tables()).toEqual([]);
      expect(await database.look(lookedFor(run))).toMatchObject({ applied: [], halfWay: [], isBusy: false });
      await database.apply(await runOf('1', STATEMENTS.join(';')));
      expect(await tables()).toEqual(['a']);
    },
  );

  test.each(places)(
    'its connection ended behind statement %i of a transaction, it may be tried again',
    async (behind) => {
      const run = await runOf('1', paused(behind));
      const failure = failureOf(database.apply(run));
      await until(url, isPaused);
      await ask(url, `select pg_terminate_backend(pid) from (${isPaused.replace('1', 'pid')}) as x`);
      expect(await failure).toMatchObject({ code: 'unavailable', retryAfterMs: 5_000 });
      expect(await tables()).toEqual([]);
      expect(await database.look(lookedFor(run))).toMatchObject({ applied: [], halfWay: [] });
    },
  );

  test.each(places)(
    'killed behind statement %i of what is no transaction, a person looks first',
    async (behind) => {
      const run = await runOf('1', paused(behind, ALONE));
      expect(run.isTransactional).toBe(false);
      const process = applyElsewhere(url, run);
      const ended = once(process, 'exit');
      await until(url, isPaused);
      process.kill('SIGKILL');
      await ended;
      await until(url, isGone);

      const { halfWay, applied } = await database.look(lookedFor(run));
      expect(applied).toEqual([]);
      expect(halfWay).toMatchObject([{ id: '1', intentId: run.intentId }]);
      expect(halfWay[0]?.say).toContain(`came to statement ${behind + 1} of 6`);
      const again = await failureOf(database.apply(run));
      expect(again).toMatchObject({ code: 'ambiguous', retryAfterMs: null });
      // What it says to type is what helps: first that nothing of it is there, then that all of it is.
      const [erase, finish] = [/delete from .*;/, /update slipway.*;/].map(
        (rule) => rule.exec(again.evidence?.join('\n') ?? '')?.[0] ?? '',
      );
      if (behind > 0) await ask(url, 'drop table a');
      await ask(url, erase!);
      await database.apply(await runOf('1', [...STATEMENTS, ...ALONE].join(';')));
      await ask(url, `update slipway_internal.slipway_migrations set finished_at = null`);
      expect(await appliedOf(run)).toEqual([]);
      await ask(url, finish!);
      expect(await appliedOf(run)).toEqual(['1']);
    },
  );

  test('a process that ended before the first statement has left nothing that anybody has to look at', async () => {
    const run = await runOf('1', [...STATEMENTS, ...ALONE].join(';'));
    await database.apply(await runOf('0', 'select 1'));
    await ask(
      url,
      `insert into slipway_internal.slipway_migrations
        (service, id, checksum, light, version, deployment, intent, statements, statement_reached)
        values ('api', '1', 'x', 'unknown', 'v1', 'd-x', 'other', 5, 0)`,
    );
    expect((await database.look(lookedFor(run))).halfWay).toEqual([]);
    await database.apply(run);
    expect(await appliedOf(run)).toEqual(['1']);
  });

  test('what fails half-way stays as it is, with the statement that failed and why', async () => {
    const run = await runOf('1', [STATEMENTS[0], ...ALONE, 'insert into a (mail) values (1)'].join(';'));
    expect(await failureOf(database.apply(run))).toMatchObject({ code: 'outcome-unknown' });
    const { halfWay } = await database.look(lookedFor(run));
    expect(halfWay[0]?.say).toMatch(/came to statement 2 of 3, which failed: .*column "mail" does not exist/);
    expect(halfWay[0]?.next.join('\n')).toContain('INVALID');
    expect(await tables()).toEqual(['a']);
  });

  test('an index that an earlier try left behind INVALID is not taken for one', async () => {
    await ask(url, 'create table a (id int); insert into a values (1), (1)');
    await ask(url, 'create unique index concurrently i on a (id)').catch(() => undefined);
    const run = await runOf('1', 'create index concurrently if not exists i on a (id)');
    expect((await failureOf(database.apply(run))).code).toBe('outcome-unknown');
    const { halfWay, applied } = await database.look(lookedFor(run));
    expect(applied).toEqual([]);
    expect(halfWay[0]?.say).toContain('the index i is INVALID');
    const named = await runOf('2', 'create index concurrently if not exists j on public.a (id)');
    await database.apply(named);
    expect((await database.look(lookedFor(named))).applied).toHaveLength(1);
  });

  test('a statement that fails takes the whole transaction with it, and says its line', async () => {
    const run = await runOf('1', 'create table a (id int);\n\ninsert into b values (1)');
    expect(await failureOf(database.apply(run))).toMatchObject({
      code: 'rejected',
      retryAfterMs: null,
      message: '1, line 3: relation "b" does not exist',
    });
    expect(await tables()).toEqual([]);
    expect(await appliedOf(run)).toEqual([]);
  });

  test('a rule that is checked at the end of the transaction takes all of it back', async () => {
    await ask(url, 'create table p (id int primary key)');
    const run = await runOf(
      '1',
      'create table c (p int references p deferrable initially deferred); insert into c values (7)',
    );
    expect(await failureOf(database.apply(run))).toMatchObject({ code: 'rejected' });
    expect(await tables()).toEqual(['p']);
  });

  test('who may not any more, once nobody else can begin, changes nothing and keeps nobody out', async () => {
    const standings: DatabaseStanding[] = [];
    const run = await runOf('1', 'create table a ()', {
      async stillMay() {
        standings.push(await database.look(lookedFor(run)));
        throw new Error('somebody else has it now');
      },
    });
    await expect(database.apply(run)).rejects.toThrow('somebody else has it now');
    expect(standings).toMatchObject([{ isBusy: true, applied: [] }]);
    expect(await ask(url, `select to_regclass('slipway_internal.slipway_migrations') as made`)).toEqual([
      { made: null },
    ]);
    await database.apply(await runOf('1', 'create table a ()'));
    expect(await tables()).toEqual(['a']);
  });

  test('one that was applied with other words is refused and changes nothing', async () => {
    await database.apply(await runOf('1', 'create table a ()'));
    const changed = await runOf('1', 'create table b ()');
    expect(await failureOf(database.apply(changed))).toMatchObject({ code: 'conflict', retryAfterMs: null });
    expect(await tables()).toEqual(['a']);
    const { applied } = await database.look(lookedFor(changed));
    expect(applied[0]?.checksum).not.toBe(changed.migration.checksum);
  });

  test('a table that somebody uses is waited for, not for ever, and nothing was changed', async () => {
    await ask(url, 'create table a (id int)');
    const user = new Client({ connectionString: url });
    await user.connect();
    await user.query('begin; select * from a');
    const run = await runOf('1', 'create table b (); alter table a add column b text', {
      lockTimeoutMs: 200,
    });
    expect(await failureOf(database.apply(run))).toMatchObject({ code: 'conflict', retryAfterMs: 10_000 });
    expect(await tables()).toEqual(['a']);
    await user.end();
    await database.apply(run);
    expect(await appliedOf(run)).toEqual(['1']);
  });

  test('a script cannot wait longer for others than was approved, whatever it sets', async () => {
    await ask(url, 'create table a (id int)');
    const user = new Client({ connectionString: url });
    await user.connect();
    await user.query('begin; select * from a');
    const run = await runOf('1', 'set lock_timeout = 0; alter table a add column b text', {
      ...{ lockTimeoutMs: 300, statementTimeoutMs: 20_000 },
    });
    expect(await failureOf(database.apply(run))).toMatchObject({ code: 'conflict' });
    await user.end();
  });

  test('neither can one whose statements are run one by one', async () => {
    const run = await runOf(
      '1',
      `create table a (id int); create index concurrently i on a (id); set lock_timeout = 0;
        set statement_timeout = 0; create table seen as
          select current_setting('lock_timeout') as lock, current_setting('statement_timeout') as statement`,
      { lockTimeoutMs: 300, statementTimeoutMs: 7_000 },
    );
    await database.apply(run);
    expect(await ask(url, 'select * from seen')).toEqual([{ lock: '300ms', statement: '7s' }]);
  });

  test('what keeps nobody waiting waits for transactions that are older, and is not left half done', async () => {
    await ask(url, 'create table a (id int)');
    const user = new Client({ connectionString: url });
    await user.connect();
    await user.query('begin; insert into a values (1)');
    const run = await runOf('1', 'create index concurrently i on a (id); drop index concurrently i', {
      lockTimeoutMs: 200,
    });
    const work = database.apply(run);
    await until(url, `select 1 from pg_stat_activity where wait_event = 'virtualxid'`);
    await new Promise((done) => setTimeout(done, 500));
    await user.query('commit');
    await work;
    await user.end();
    expect(await appliedOf(run)).toEqual(['1']);
  });

  test('quotes and letters mean what they meant when the script was checked', async () => {
    const run = await runOf(
      '1',
      String.raw`set standard_conforming_strings = off; set client_encoding = 'LATIN1';
        create table a as select 'é\' as b, '; drop table a; --' as c`,
    );
    expect(run.statements).toHaveLength(3);
    await database.apply(run);
    expect(await ask(url, 'select * from a')).toEqual([{ b: 'é\\', c: '; drop table a; --' }]);
  });

  test('what stands in rows is told to nobody, neither by a migration nor by a question', async () => {
    await ask(url, `create table a (mail text); insert into a values ('ada@example.com')`);
    const change = await failureOf(
      database.apply(await runOf('1', 'alter table a alter column mail type int using mail::int')),
    );
    expect(change).toMatchObject({
      code: 'rejected',
      message: expect.stringContaining('invalid input syntax'),
    });
    const asked = await database.verify([{ name: 'mails', sql: 'select 1 from a where mail::int > 0' }]);
    expect(asked).toMatchObject({
      kind: 'unknown',
      because: expect.stringContaining('invalid input syntax'),
    });
    expect(JSON.stringify([change, asked])).not.toContain('ada');
  });

  test('a statement that takes too long is taken back, and not tried again by itself', async () => {
    const run = await runOf('1', `create table a (); ${PAUSE}`, { statementTimeoutMs: 300 });
    expect(await failureOf(database.apply(run))).toMatchObject({ code: 'too-late', retryAfterMs: null });
    expect(await tables()).toEqual([]);
  });

  test.each([
    ['a transaction', 'create table a (); do $$ begin perform pg_sleep(0.3); end $$'],
    ['one by one', 'create table a (); create index concurrently i on pg_temp.a (x)'],
  ])('of eight who run the same at once one does (%s)', async (_, sql) => {
    const script = sql.includes('pg_temp')
      ? 'create table a (x int); create index concurrently i on a (x)'
      : sql;
    const runs = await Promise.all(
      Array.from({ length: 8 }, (_, at) => runOf('1', script, { intentId: `intent-${at}` })),
    );
    const ends = await Promise.allSettled(runs.map((run) => database.apply(run)));
    const failures = ends.flatMap((end) =>
      end.status === 'rejected' ? [(end.reason as Failed).failure] : [],
    );
    expect(failures.length).toBeLessThan(8);
    for (const failure of failures) expect(failure).toMatchObject({ code: 'conflict', retryAfterMs: 5_000 });
    expect(await tables()).toEqual(['a']);
    expect(await appliedOf(runs[0]!)).toEqual(['1']);
  });

  test('where locks are not kept, as behind a pool, the row alone keeps two from running the same', async () => {
    await database.apply(await runOf('0', 'create table hits (at int)'));
    const run = await runOf('1', 'insert into hits values (1); do $$ begin perform pg_sleep(1); end $$');
    const first = database.apply(run);
    await until(url, isPaused);
    const second = new Client({ connectionString: url });
    await second.connect();
    // The row of the first is not to be seen yet, and in the way all the same.
    const { rowCount } = await second
      .query(
        `set lock_timeout = 200; insert into slipway_internal.slipway_migrations
          (service, id, checksum, light, version, deployment, intent, statements, statement_reached)
          values ('api', '1', 'x', 'unknown', 'v1', 'd-x', 'other', 5, 0)`,
      )
      .catch(() => ({ rowCount: 0 }));
    expect(rowCount).toBe(0);
    await second.end();
    await first;
    expect(await ask(url, 'select * from hits')).toEqual([{ at: 1 }]);
  });

  test('a pool that hands each transaction to another connection is refused before anything is set there', async () => {
    const pool = await openPool(url, 'transaction');
    const run = await runOf('1', 'create table a ()');
    const pooled = openPostgres(async () => pool.url);
    for (const work of [pooled.apply(run), pooled.look(lookedFor(run))])
      expect(await failureOf(work)).toMatchObject({
        code: 'rejected',
        message: expect.stringContaining('a pool in transaction mode'),
      });
    expect(await ask(pool.url, 'show statement_timeout')).toEqual([{ statement_timeout: '0' }]);
    await pool.close();
    expect(await tables()).toEqual([]);
  });

  test('a pool that gives each a connection for as long as it is there is as good as the database', async () => {
    const pool = await openPool(url, 'session');
    const run = await runOf('1', 'create table a ()');
    await openPostgres(async () => pool.url).apply(run);
    await pool.close();
    expect(await appliedOf(run)).toEqual(['1']);
  });

  test('an answer that was lost behind COMMIT is read from the table, and nothing is run again', async () => {
    const relay = await loseAnswerTo('commit', url);
    const run = await runOf('1', 'create table a (); ');
    const failure = await failureOf(openPostgres(async () => relay.url).apply(run));
    await relay.close();
    expect(failure.code).toBe('outcome-unknown');
    expect(await appliedOf(run)).toEqual(['1']);
    await database.apply(run);
    expect(await tables()).toEqual(['a']);
  });

  test('an answer that was lost before COMMIT promises that nothing was changed', async () => {
    const relay = await loseAnswerTo('create table a', url);
    const run = await runOf('1', 'create table a ()');
    expect((await failureOf(openPostgres(async () => relay.url).apply(run))).code).toBe('unavailable');
    await relay.close();
    await until(url, isGone);
    expect(await tables()).toEqual([]);
  });

  test('nobody else writes while a read-only migration runs, and everybody can after it', async () => {
    await ask(url, 'create table b (id int)');
    const run = await runOf('1', `alter table b add column c int; ${PAUSE}`, {
      isReadOnly: true,
      statementTimeoutMs: 1_500,
    });
    const failure = failureOf(database.apply(run));
    await until(url, isPaused);
    await expect(ask(url, 'insert into b values (1)')).rejects.toThrow('read-only');
    expect((await failure).code).toBe('too-late');
    await ask(url, 'insert into b values (1)');
    expect((await database.look(lookedFor(run))).isReadOnly).toBe(false);
  });

  test('what somebody else has closed to writers is not opened by a migration that closes it too', async () => {
    await ask(url, 'create table b (id int)');
    const name = new URL(url).pathname.slice(1);
    await ask(url, `alter database ${name} set default_transaction_read_only = on`);
    await database.apply(await runOf('1', 'alter table b add column c int', { isReadOnly: true }));
    await expect(ask(url, 'insert into b values (1)')).rejects.toThrow('read-only');
    expect((await database.look({ service: 'api', migrations: [], ledger: null })).isReadOnly).toBe(false);
  });

  test('what a killed process has closed to writers is opened again', async () => {
    await database.apply(await runOf('0', 'create table b (id int)'));
    const run = await runOf('1', PAUSE, { isReadOnly: true });
    const process = applyElsewhere(url, run);
    const ended = once(process, 'exit');
    await until(url, isPaused);
    process.kill('SIGKILL');
    await ended;
    await until(url, isGone);
    expect((await database.look(lookedFor(run))).isReadOnly).toBe(true);
    await expect(ask(url, 'insert into b values (1)')).rejects.toThrow('read-only');
    await database.endReadOnly();
    await ask(url, 'insert into b values (1)');
    expect((await database.look(lookedFor(run))).isReadOnly).toBe(false);
  });

  test('the same id of another service is another migration', async () => {
    await database.apply(await runOf('1', 'create table a ()'));
    await database.apply(await runOf('1', 'create table b ()', { service: 'web' }));
    expect((await tables()).toSorted()).toEqual(['a', 'b']);
    const { others } = await database.look({ service: 'api', migrations: [], ledger: null });
    expect(others.map(({ id }) => id)).toEqual(['1']);
  });

  test.each([
    ['no rows', 'select 1 where false', 'pass', 'found nothing wrong'],
    ['yes', 'select count(*) = 0 from pg_class where false', 'pass', 'found nothing wrong'],
    ['rows', 'select * from generate_series(1, 3)', 'fail', 'orders: 3 rows'],
    ['many', 'select * from generate_series(1, 3000)', 'fail', 'more than 100 rows'],
    ['no', 'select false', 'fail', 'the answer is no'],
    ['nonsense', 'select * from nowhere', 'unknown', 'could not be asked'],
    ['a change', 'with x as (delete from a returning *) select * from x', 'unknown', 'could not be asked'],
    ['a function that writes', `select nextval('s') > 0`, 'unknown', 'read-only'],
  ])('an integrity query with %s', async (_, sql, kind, because) => {
    await ask(url, 'create table a (); create sequence s');
    const verdict = await database.verify([{ name: 'orders', sql }]);
    expect(verdict).toMatchObject({ kind, because: expect.stringContaining(because) });
  });

  test('a moment is marked where the server keeps an archive, and where not it is said', async () => {
    const { protection } = await database.look({ service: 'api', migrations: [], ledger: null });
    expect(protection).toMatchObject({ can: false, say: expect.stringContaining('archive_mode is off') });
    await database.protect('slipway d-00000000');
  });

  test('what nobody listens at, or is no address, says so and nothing secret', async () => {
    const nobody = openPostgres(async () => 'postgres://slipway:hunter2@127.0.0.1:1/x');
    const refused = await failureOf(nobody.look({ service: 'api', migrations: [], ledger: null }));
    expect(refused).toMatchObject({ code: 'unavailable', retryAfterMs: 5_000 });
    const garbage = await failureOf(
      openPostgres(async () => 'postgres://u:hunter2@[').look({
        service: 'api',
        migrations: [],
        ledger: null,
      }),
    );
    expect(garbage.code).toBe('rejected');
    const unknownHost = await failureOf(
      openPostgres(async () => 'postgres://slipway:hunter2@db.internal.invalid/x').look({
        service: 'api',
        migrations: [],
        ledger: null,
      }),
    );
    expect(unknownHost).toMatchObject({ code: 'unavailable', message: expect.stringContaining('ENOTFOUND') });
    expect(JSON.stringify([refused, garbage, unknownHost])).not.toMatch(/hunter2|127\.0\.0\.1|internal/);
  });
});

/** Stands between: hands everything on, until something is said that nobody hears the answer to. */
async function loseAnswerTo(words: string, url: string) {
  const { port, hostname } = new URL(url);
  const sockets = new Set<Socket>();
  const relay = createServer((near) => {
    const far = dial(Number(port), hostname);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => [near, far].map((each) => each.destroy()));
    }
    let isLost = false;
    near.on('data', (bytes) => {
      if (bytes.toString('latin1').includes(words)) isLost = true;
      far.write(bytes);
    });
    far.on('data', (bytes) => {
      if (isLost) near.destroy();
      else near.write(bytes);
    });
  });
  relay.listen(0, '127.0.0.1');
  await once(relay, 'listening');
  const there = new URL(url);
  there.port = String((relay.address() as { port: number }).port);
  return {
    url: there.toString(),
    close: async () => {
      for (const socket of sockets) socket.destroy();
      relay.close();
      await once(relay, 'close');
    },
  };
}
