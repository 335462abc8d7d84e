import type { Pool } from 'pg';
import { expect, test } from 'vitest';
import { BEGINNING, DESK_STREAM, hashOfLine } from '../../src/core/audit/chain.ts';
import { databaseOn, transaction } from '../../src/store/postgres/database.ts';
import { postgresStore } from '../../src/store/postgres/index.ts';
import { noteIn } from '../../src/store/postgres/ledger.ts';
import { migrate } from '../../src/store/postgres/migrate.ts';
import { migrations } from '../../src/store/postgres/migrations/index.ts';
import type { Given } from './store.test.ts';
import { record } from './store-ledger.ts';
import { beginning } from './store-world.ts';

/** What the database itself guards of the record, whatever the program does. */
export function ledgerDatabaseContract({ store }: Given, pool: Pool): void {
  test.each(
    ['ledger', 'checkpoint', 'event'].flatMap((table) => [
      `update slipway.${table} set ${table === 'checkpoint' ? 'signature' : 'hash'} = 'other'`,
      `delete from slipway.${table}`,
      `truncate slipway.${table}`,
    ]),
  )('the database itself lets the record only grow: %s', async (statement) => {
    await store().journal.begin(beginning('d-1'));
    await store().ledger.note([record('a')]);
    await pool.query(`insert into slipway.checkpoint values (1, '{}', '')`);
    await expect(pool.query(statement)).rejects.toThrow('is only ever added to');
    expect(await store().ledger.read(DESK_STREAM, 0, 10)).toHaveLength(1);
  });

  test('records of a transaction that was undone are not there, and the next ones leave no gap', async () => {
    const db = databaseOn(pool);
    const undone = transaction(db, async (tx) => {
      await noteIn(tx, [record('undone')]);
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    await transaction(db, (tx) => noteIn(tx, [record('kept')]));
    const lines = await store().ledger.read(DESK_STREAM, 0, 10);
    expect(lines.map(({ seq, text }) => [seq, JSON.parse(text).code])).toEqual([[1, 'kept']]);
  });

  test('no line can be written with a hash of its own, after a gap, or at no time at all', async () => {
    await store().journal.begin(beginning('d-1'));
    await pool.query(
      `insert into slipway.event (deployment_id, seq, event, hash) values ('d-1', 2, '{}', 'mine')`,
    );
    const [first, second] = await store().ledger.read('d-1', 0, 10);
    expect(second?.hash).toBe(hashOfLine(first?.hash ?? '', second!));
    const write = (columns: string, values: string) =>
      pool.query(`insert into slipway.${columns} values (${values})`);
    await expect(write('event (deployment_id, seq, event)', `'d-1', 4, '{}'`)).rejects.toThrow(
      'no line before it',
    );
    await expect(write('ledger (seq, record)', `2, '{}'`)).rejects.toThrow('no line before it');
    await expect(
      write('event (deployment_id, seq, event, at)', `'d-1', 3, '{}', 'infinity'`),
    ).rejects.toThrow('hash');
  });

  test('a journal from before the record was kept is sealed as it is found', async () => {
    await pool.query('drop schema slipway cascade');
    await migrate(pool, migrations.slice(0, 1));
    await pool.query(`
      insert into slipway.deployment (id, order_key, environment, requested_by, head_seq)
        values ('d-1', 'k-1', 'staging', 'U1', 3), ('d-2', 'k-2', 'staging', 'U1', 2);
      insert into slipway.event (deployment_id, seq, event)
        values ('d-2', 1, '{"a": 1}'), ('d-1', 1, '{}'), ('d-1', 3, '[1,  2]'), ('d-1', 2, '{}'), ('d-2', 2, '{}')`);
    await migrate(pool);
    const upgraded = postgresStore(pool);
    const lines = await upgraded.ledger.walk(null, 100);
    expect(lines.map(({ stream, seq, text }) => [stream, seq, text])).toEqual([
      ['d-1', 1, '{}'],
      ['d-1', 2, '{}'],
      ['d-1', 3, '[1,  2]'],
      ['d-2', 1, '{"a": 1}'],
      ['d-2', 2, '{}'],
    ]);
    for (const [index, line] of lines.entries()) {
      const previous = line.seq === 1 ? BEGINNING : (lines[index - 1]?.hash ?? '');
      expect(line.hash).toBe(hashOfLine(previous, line));
    }
    await expect(pool.query('delete from slipway.event')).rejects.toThrow('only ever added to');
  });
}
