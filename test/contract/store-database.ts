import type { Pool, PoolClient } from 'pg';
import { expect, test } from 'vitest';
import { Bug } from '../../src/core/bug.ts';
import { checkServer } from '../../src/store/postgres/check-server.ts';
import { databaseOn, transaction } from '../../src/store/postgres/database.ts';
import { postgresStore } from '../../src/store/postgres/index.ts';
import { migrate, SchemaRefused } from '../../src/store/postgres/migrate.ts';
import { migrations } from '../../src/store/postgres/migrations/index.ts';
import type { Given } from './store.test.ts';
import { beginning, ended } from './store-world.ts';

/** What only a database can get wrong, or can guard against whatever the program does. */
export function databaseContract({ store }: Given, pool: Pool): void {
  test('the database itself refuses a second taker of a target', async () => {
    const { journal } = store();
    await journal.begin(beginning('d-1'));
    await journal.begin(beginning('d-2', { target: 'web/staging' }));
    const second = pool.query(
      `insert into slipway.deployment_target (deployment_id, target_id, position, service, version)
       values ('d-2', 'api/staging', 1, 'api', 'v1')`,
    );
    await expect(second).rejects.toThrow('one_taker_per_target');
  });

  test('the database itself keeps a target taken while its deployment is active or waits for a person', async () => {
    const letGo = () => pool.query('update slipway.deployment_target set is_taking = false');
    await store().journal.begin(beginning('d-1'));
    await expect(letGo()).rejects.toThrow('d-1 is not done with target api/staging');
    const claim = await store().journal.claim('d-1', 'worker', 1_000);
    const report = { markdown: '', json: '' };
    const end = { outcome: 'needs-human', report, believed: [] } as const;
    await store().journal.append(claim!, 1, { events: [], notices: [], end });
    await expect(letGo()).rejects.toThrow('d-1 is not done with target api/staging');
  });

  test.each([
    'outcome = null, ended_at = null, report = null',
    "outcome = 'deployed'",
    'head_seq = 9',
    'fence = 9',
    "report = '{}'",
    "lease_owner = 'me', lease_until = now()",
    'due_at = now()',
  ])('the database itself refuses to change what has ended: set %s', async (change) => {
    await ended(store(), 'd-1', 'rolled-back');
    await expect(pool.query(`update slipway.deployment set ${change}`)).rejects.toThrow(/ended/);
    expect(await store().journal.find('d-1')).toMatchObject({ outcome: 'rolled-back' });
  });

  test.each(['update slipway.event set seq = 9', 'delete from slipway.event', 'truncate slipway.event'])(
    'the database itself only lets the journal grow: %s',
    async (statement) => {
      await store().journal.begin(beginning('d-1'));
      await expect(pool.query(statement)).rejects.toThrow('the journal is only ever added to');
    },
  );

  test('ten processes that migrate at once leave one schema', async () => {
    await pool.query('drop schema slipway cascade');
    await Promise.all(Array.from({ length: 10 }, () => migrate(pool)));
    const { rows } = await pool.query('select number, name from slipway.migration');
    expect(rows).toEqual(migrations.map(({ number, name }) => ({ number, name })));
  });

  test('a schema that is newer than the program is refused in plain words, and left alone', async () => {
    const next = {
      number: migrations.length + 1,
      name: 'of-tomorrow',
      sql: 'create table slipway.tomorrow ()',
    };
    await migrate(pool, [...migrations, next]);
    await expect(migrate(pool)).rejects.toThrow(SchemaRefused);
    await expect(migrate(pool)).rejects.toThrow(
      new RegExp(
        `at schema ${migrations.length + 1} \\(of-tomorrow\\).*only up to ${migrations.length}\\. Run the newer version`,
        's',
      ),
    );
    await migrate(pool, [...migrations, next]);
  });

  test('a schema that other migrations made is refused', async () => {
    const [first] = migrations;
    await expect(migrate(pool, [{ ...first!, sql: `${first!.sql} -- changed` }])).rejects.toThrow(
      SchemaRefused,
    );
  });

  test('a migration that fails leaves the schema as it was', async () => {
    const broken = {
      number: migrations.length + 1,
      name: 'broken',
      sql: 'create table slipway.half (); select 1 / 0',
    };
    await expect(migrate(pool, [...migrations, broken])).rejects.toThrow('division by zero');
    const { rows } =
      await pool.query(`select to_regclass('slipway.half') as half, count(*)::integer as applied
                                       from slipway.migration`);
    expect(rows).toEqual([{ half: null, applied: migrations.length }]);
    expect(await store().journal.begin(beginning('d-1'))).toEqual({ kind: 'begun' });
  });

  test('inside a transaction nobody gets another connection', async () => {
    const db = databaseOn(pool);
    const inside = (work: () => Promise<unknown>) => transaction(db, () => work());
    await expect(inside(() => store().nowMs())).rejects.toThrow(Bug);
    await expect(inside(() => postgresStore(pool).journal.begin(beginning('d-1')))).rejects.toThrow(Bug);
    await expect(inside(async () => pool.query('select 1'))).rejects.toThrow(Bug);
    expect(await store().journal.find('d-1')).toBeNull();
  });

  test('a transaction that the database undoes for another is done again', async () => {
    let tries = 0;
    await pool.query(`
      create sequence slipway.tries;
      create function slipway.stumble() returns trigger language plpgsql as $$
      begin
        if nextval('slipway.tries') <= 4 then
          raise exception 'undone for another' using errcode = '40001';
        end if;
        return new;
      end $$;
      create trigger stumble before insert on slipway.event for each row execute function slipway.stumble()`);
    expect(await store().journal.begin(beginning('d-1'))).toEqual({ kind: 'begun' });
    expect(await store().journal.read('d-1', 0)).toHaveLength(1);
    tries = Number((await pool.query('select last_value from slipway.tries')).rows[0].last_value);
    expect(tries).toBe(5);
    await pool.query('alter sequence slipway.tries restart');
    await pool.query(`create or replace function slipway.stumble() returns trigger language plpgsql as $$
      begin raise exception 'undone for ever' using errcode = '40P01'; end $$`);
    await expect(store().journal.begin(beginning('d-2', { target: 'web/staging' }))).rejects.toThrow(
      'for ever',
    );
  });

  test('what cannot be put up with a beginning leaves nothing begun', async () => {
    await pool.query(`
      create function slipway.stumble() returns trigger language plpgsql as $$
      begin raise exception 'no room on the board'; end $$;
      create trigger stumble before insert on slipway.sheet for each row execute function slipway.stumble()`);
    const id = { kind: 'review', id: 'r-1' };
    const sheet = { ...id, afterVersion: 0, key: 'k', body: {}, isOpen: true, dueAtMs: null, notices: [] };
    const begun = store().journal.begin(beginning('d-1', { isWaiting: true, sheets: [sheet] }));
    await expect(begun).rejects.toThrow('no room on the board');
    expect(await store().journal.find('d-1')).toBeNull();
    expect(await store().board.find(id)).toBeNull();
  });

  test('who finds a target taken that is free again a moment later takes it, and is told of nobody', async () => {
    const waiting = { isWaiting: true } as const;
    for (const kind of ['begin', 'start'] as const) {
      const [first, second] = [`first-${kind}`, `second-${kind}`];
      await store().journal.begin(beginning(first));
      await store().journal.begin(beginning(`late-${kind}`, waiting));
      const claim = await store().journal.claim(`late-${kind}`, 'worker', 60_000);
      const { journal } = postgresStore(endingBeforeAsked(pool, first));
      if (kind === 'begin') expect(await journal.begin(beginning(second))).toEqual({ kind: 'begun' });
      else expect(await journal.start(claim!, 1, { events: [], notices: [], end: null })).toBe('written');
      const [target] = await store().targets.all();
      expect(target?.takenBy).toBe(kind === 'begin' ? second : `late-${kind}`);
      await end(pool, target?.takenBy ?? '');
    }
  });

  test('a server whose clock is far from ours is refused, in both directions', async () => {
    await checkServer(pool, Date.now);
    await expect(checkServer(pool, () => Date.now() + 10_000)).rejects.toThrow(
      / 9\.\d s ahead of|10\.\d s ahead of/,
    );
    await expect(checkServer(pool, () => Date.now() - 10_000)).rejects.toThrow(/s behind the database's/);
  });

  test('what is asked all the time is answered from an index', async () => {
    await pool.query(`
      insert into slipway.deployment (id, order_key, environment, requested_by, due_at, outcome, ended_at, report)
      select i::text, i::text, 'staging', 'U1', case when i % 10 = 0 then now() + i * interval '1 minute' end,
             case when i % 10 <> 0 then 'deployed' end, case when i % 10 <> 0 then now() end,
             case when i % 10 <> 0 then '{}'::json end
        from generate_series(1, 20000) as i;
      insert into slipway.event (deployment_id, seq, event)
      select i::text, seq, '{}' from generate_series(1, 20000) as i, generate_series(1, 3) as seq;
      insert into slipway.inbox (key, kind, body, done_at)
      select i::text, 'command', '{}', case when i < 19900 then now() end from generate_series(1, 20000) as i;
      insert into slipway.outbox (key, stream, lane, content, waiting_since)
      select i::text, (i % 100)::text, 1, '{}', case when i > 19900 then now() end
        from generate_series(1, 20000) as i;
      analyze`);
    const recorded = postgresStore(recording(pool, statements));
    const active = { service: null, environment: null, isActive: true, limit: 20 };
    const claim = { deploymentId: '10', owner: 'me', fence: 0, crashes: 0 };
    expect(await explain(() => recorded.journal.due(10))).toMatch(/Index Cond: \(due_at <=/);
    expect(await explain(() => recorded.journal.read('10', 2))).toMatch(/Index Cond: .*seq > 2/);
    expect(await explain(() => recorded.journal.list(active))).toMatch(/deployment_newest_active/);
    expect(await explain(() => recorded.journal.renew(claim, 1_000))).toMatch(/Index Cond: \(id = '10'/);
    expect(await explain(() => recorded.outbox.take('me', 10, 1_000))).toMatch(/outbox_unsent/);
    expect(await explain(() => recorded.inbox.waiting(1_000, 10))).toMatch(/inbox_waiting/);
  });

  const statements: { text: string; values: readonly unknown[] }[] = [];

  /** How the database carries out the only statement that the work sends. */
  async function explain(work: () => Promise<unknown>): Promise<string> {
    statements.length = 0;
    await work();
    expect(statements).toHaveLength(1);
    const [{ text, values }] = statements as [(typeof statements)[number]];
    const { rows } = await pool.query(`explain ${text}`, [...values]);
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  }
}

/** Ends a deployment as whoever held it would. */
async function end(on: Pool | PoolClient, id: string): Promise<void> {
  await on.query(`
    update slipway.deployment
      set outcome = 'deployed', ended_at = clock_timestamp(), report = '{}', due_at = null, lease_owner = null,
          lease_until = null, is_waiting = false
      where id = '${id}'`);
  await on.query(
    `update slipway.deployment_target set is_taking = false where deployment_id = '${id}' and is_taking`,
  );
}

/** The same pool; the first time that somebody asks who has a target, that deployment ends a moment before. */
function endingBeforeAsked(pool: Pool, id: string): Pool {
  let isAsked = false;
  const connect = async () => {
    const client = await pool.connect();
    return {
      on: client.on.bind(client),
      off: client.off.bind(client),
      release: client.release.bind(client),
      query: async (text: string, values: readonly unknown[]) => {
        if (!isAsked && /^select .*"is_taking" = /.test(text)) {
          isAsked = true;
          await end(client, id);
        }
        return client.query(text, [...values]);
      },
    };
  };
  return { connect } as unknown as Pool;
}

/** The same pool, which notes every statement that its clients are sent. */
function recording(pool: Pool, statements: { text: string; values: readonly unknown[] }[]): Pool {
  const connect = async () => {
    const client = await pool.connect();
    return {
      on: client.on.bind(client),
      off: client.off.bind(client),
      release: client.release.bind(client),
      query: (text: string, values: readonly unknown[]) => {
        statements.push({ text, values });
        return client.query(text, [...values]);
      },
    };
  };
  return { connect } as unknown as Pool;
}
