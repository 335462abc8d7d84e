import { expect, test } from 'vitest';
import type { Notice, OutboxRow, Store } from '../../src/store/store.ts';
import type { Given } from './store.test.ts';
import {
  held,
  LONG_MS,
  MIDDLE_MS,
  notice,
  OVER_MIDDLE_MS,
  OVER_MS,
  SHORT_MS,
  writing,
} from './store-world.ts';

const there = { channel: 'C1', ts: '1.1' };
const keys = (rows: readonly OutboxRow[]) => rows.map(({ key }) => key);

export function outboxContract({ store, pass }: Given): void {
  /** Writes notices as a deployment does, a writing each. */
  const tell = async (...notices: Notice[]) => {
    const all = await store().journal.list({ service: null, environment: null, isActive: true, limit: 99 });
    const id = `d-${all.length}`;
    const claim = await held(store(), id, { target: `${id}/staging` });
    for (const one of notices) await store().journal.append(claim, 1, writing([], { notices: [one] }));
  };
  const takeOne = async ({ outbox }: Store, leaseMs = LONG_MS): Promise<OutboxRow> => {
    const [row] = await outbox.take('sender', 1, leaseMs);
    if (row === undefined) throw new Error('nothing is due');
    return row;
  };

  test('a notice is taken whole, once', async () => {
    const { outbox } = store();
    const one = notice('line', {
      lane: 'report',
      content: { kind: 'thread', deploymentId: 'd-1', environment: 'staging', seq: 7 },
    });
    await tell(one);
    const rows = await outbox.take('sender', 10, LONG_MS);
    const first = { revision: 1, attempts: 1, isUncertain: false, ref: null };
    expect(rows).toEqual([{ ...one, ...first, id: expect.any(Number), claimFence: expect.any(Number) }]);
    expect(await outbox.take('other', 10, LONG_MS)).toEqual([]);
  });

  test('what stands somewhere is found by its place, and by nothing less', async () => {
    const { outbox } = store();
    await tell(notice('card/d-1'));
    expect(await outbox.keyAt(there)).toBeNull();
    await outbox.sent(await takeOne(store()), there);
    expect(await outbox.keyAt(there)).toBe('card/d-1');
    expect(await outbox.keyAt({ ...there, channel: 'C2' })).toBeNull();
    expect(await outbox.keyAt({ ...there, ts: '1.2' })).toBeNull();
  });

  test('rows of one stream come one at a time, in the order in which they were first written', async () => {
    const { outbox } = store();
    await tell(notice('a'), notice('b', { lane: 'critical' }), notice('c'), notice('a'));
    const order: string[] = [];
    for (let row = 0; row < 3; row += 1) {
      const rows = await outbox.take('sender', 10, LONG_MS);
      expect(rows).toHaveLength(1);
      order.push(...keys(rows));
      await outbox.sent(rows[0]!, there);
    }
    expect(order).toEqual(['a', 'b', 'c']);
    expect(await outbox.take('sender', 10, LONG_MS)).toEqual([]);
  });

  test('the critical lane goes first, and within a lane what waits longest', async () => {
    const { outbox } = store();
    const row = (key: string, lane: Notice['lane']) => notice(key, { lane, stream: `stream of ${key}` });
    for (const one of [
      row('p', 'progress'),
      row('r1', 'report'),
      row('c', 'critical'),
      row('r2', 'report'),
    ]) {
      await tell(one);
      await pass(2);
    }
    expect(keys(await outbox.take('sender', 3, LONG_MS))).toEqual(['c', 'r1', 'r2']);
    expect(keys(await outbox.take('sender', 3, LONG_MS))).toEqual(['p']);
  });

  test('senders who take at once share the rows out', async () => {
    const { outbox } = store();
    const all = Array.from({ length: 20 }, (_, index) => notice(`k-${index}`, { stream: `s-${index}` }));
    await tell(...all);
    const takes = await Promise.all(
      Array.from({ length: 10 }, (_, i) => outbox.take(`sender-${i}`, 4, LONG_MS)),
    );
    const taken = takes.flat().map(({ key }) => key);
    expect(new Set(taken).size).toBe(taken.length);
    const rest = keys(await outbox.take('sender', 20, LONG_MS));
    expect([...taken, ...rest].toSorted()).toEqual(all.map(({ key }) => key).toSorted());
  });

  test('a key that is told again is sent again, as an edit of where it stands', async () => {
    const { outbox } = store();
    await tell(notice('card'));
    await outbox.sent(await takeOne(store()), there);
    expect(await outbox.ref('card')).toEqual(there);
    const newer = { ...notice('card').content, seq: 5 };
    await tell(notice('card', { content: newer, lane: 'critical' }));
    const row = await takeOne(store());
    expect(row).toMatchObject({ revision: 2, ref: there, content: newer, lane: 'critical', attempts: 1 });
    await outbox.sent(row, there);
    expect(await outbox.backlog()).toEqual({ rows: 0, oldestMs: 0 });
  });

  test('a key told twice in one writing becomes newer once, and says the last', async () => {
    const { journal } = store();
    const claim = await held(store(), 'd-9');
    const newer = { ...notice('card').content, seq: 5 };
    await journal.append(
      claim,
      1,
      writing([], { notices: [notice('card'), notice('card', { content: newer })] }),
    );
    expect(await takeOne(store())).toMatchObject({ revision: 1, content: newer });
  });

  test('a row that became newer while it was sent stays due', async () => {
    const { outbox } = store();
    await tell(notice('card'));
    const row = await takeOne(store());
    await tell(notice('card'));
    expect(await outbox.take('other', 10, LONG_MS)).toEqual([]);
    await outbox.sent(row, there);
    expect(await takeOne(store())).toMatchObject({
      key: 'card',
      revision: 2,
      ref: there,
      isUncertain: false,
    });
  });

  test('a row that was taken and never settled comes back as uncertain', async () => {
    const { outbox } = store();
    await tell(notice('card'));
    await takeOne(store(), SHORT_MS);
    await pass(OVER_MS);
    const again = await takeOne(store());
    expect(again).toMatchObject({ isUncertain: true, attempts: 2 });
    await outbox.sent(again, there);
    await tell(notice('card'));
    expect(await takeOne(store())).toMatchObject({ isUncertain: false, attempts: 1 });
  });

  test('whoever lost a row to another sender settles nothing', async () => {
    const { outbox } = store();
    await tell(notice('card'));
    const lost = await takeOne(store(), SHORT_MS);
    await pass(OVER_MS);
    const row = await takeOne(store());
    await outbox.sent(lost, { channel: 'C9', ts: '9.9' });
    await outbox.later(lost, 0, false);
    await outbox.drop(lost, 'too late');
    expect(await outbox.ref('card')).toBeNull();
    expect(await outbox.take('third', 10, LONG_MS)).toEqual([]);
    await outbox.sent(row, there);
    await outbox.drop(row, 'after all');
    await outbox.later(row, 0, true);
    expect(await outbox.ref('card')).toEqual(there);
    expect(await outbox.backlog()).toMatchObject({ rows: 0 });
  });

  test.each([true, false])(
    'a row that is tried later waits, and is uncertain as it was said: %s',
    async (isUncertain) => {
      const { outbox } = store();
      await tell(notice('a'), notice('b'));
      await outbox.later(await takeOne(store()), MIDDLE_MS, isUncertain);
      expect(await outbox.take('sender', 10, LONG_MS)).toEqual([]);
      await pass(OVER_MIDDLE_MS);
      expect(await takeOne(store())).toMatchObject({ key: 'a', isUncertain, attempts: 2 });
    },
  );

  test('a row that waits for its next try keeps the pause when it becomes newer', async () => {
    const { outbox } = store();
    await tell(notice('card'));
    await outbox.later(await takeOne(store()), LONG_MS, false);
    await tell(notice('card'));
    expect(await outbox.take('sender', 10, LONG_MS)).toEqual([]);
  });

  test('a dropped row holds nobody up, and is sent again only when it becomes newer', async () => {
    const { outbox } = store();
    await tell(notice('a'), notice('b'));
    await outbox.drop(await takeOne(store()), 'the channel is gone \0');
    const next = await takeOne(store());
    expect(next.key).toBe('b');
    await outbox.sent(next, there);
    expect(await outbox.backlog()).toMatchObject({ rows: 0 });
    await tell(notice('a'));
    expect(await takeOne(store())).toMatchObject({ key: 'a', revision: 2 });
  });

  test('the backlog counts what waits, and for how long the oldest has', async () => {
    const { outbox } = store();
    expect(await outbox.backlog()).toEqual({ rows: 0, oldestMs: 0 });
    await tell(notice('a'));
    await pass(SHORT_MS);
    await tell(notice('b'));
    await takeOne(store());
    const { rows, oldestMs } = await outbox.backlog();
    expect(rows).toBe(2);
    expect(oldestMs).toBeGreaterThanOrEqual(SHORT_MS);
    expect(oldestMs).toBeLessThan(LONG_MS);
  });

  test('a key that was never told stands nowhere', async () => {
    expect(await store().outbox.ref('nothing')).toBeNull();
  });
}
