import { setImmediate as soon } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { simpleQuery } from './protocol.ts';
import { Session } from './session.ts';

/** A session over a database that notes what it is asked, and says that a transaction is open between begin and end. */
function openSession() {
  const asked: string[] = [];
  const sent: (readonly [number, string])[] = [];
  let status = 'I';
  let nowMs = 0;
  const session = new Session(
    async (bytes) => {
      await soon();
      const sql = Buffer.from(bytes).toString('utf8', 5).replace('\0', '');
      asked.push(sql);
      if (sql === 'begin') status = 'T';
      if (sql === 'commit' || sql === 'rollback') status = 'I';
      return Buffer.concat([Buffer.from([0x5a, 0, 0, 0, 5]), Buffer.from(status)]);
    },
    (connection, bytes) => sent.push([connection, bytes === null ? 'end' : bytes.toString('latin1', 0, 1)]),
    () => nowMs,
  );
  const connect = (id: number) => {
    session.open(id);
    session.receive(id, Buffer.from([0, 0, 0, 8, 0, 3, 0, 0]));
  };
  const ask = (id: number, sql: string) => session.receive(id, simpleQuery(sql).bytes);
  const settle = async () => {
    for (let turn = 0; turn < 50; turn += 1) await soon();
  };
  connect(1);
  connect(2);
  return { session, asked, sent, ask, settle, pass: (ms: number) => (nowMs += ms) };
}

test('whoever has a transaction open has the session to themselves until it ends', async () => {
  const { asked, ask, settle } = openSession();
  ask(1, 'begin');
  ask(2, 'of another');
  ask(1, 'inside');
  await settle();
  expect(asked).toEqual(['begin', 'inside']);
  ask(1, 'commit');
  await settle();
  expect(asked).toEqual(['begin', 'inside', 'commit', 'of another']);
});

test('a connection that goes away in a transaction leaves it undone, and the others go on', async () => {
  const { session, asked, sent, ask, settle } = openSession();
  ask(1, 'begin');
  ask(2, 'of another');
  session.end(1);
  await settle();
  expect(asked).toEqual(['begin', 'rollback', 'of another']);
  expect(sent).toContainEqual([1, 'end']);
});

test('a transaction that is silent for too long while others wait is ended, with a reason', async () => {
  const { session, asked, sent, ask, settle, pass } = openSession();
  ask(1, 'begin');
  await settle();
  pass(20_000);
  session.breakSilence(15_000);
  await settle();
  expect(asked).toEqual(['begin']);
  ask(2, 'of another');
  session.breakSilence(30_000);
  await settle();
  expect(asked).toEqual(['begin']);
  session.breakSilence(15_000);
  await settle();
  expect(asked).toEqual(['begin', 'rollback', 'of another']);
  expect(sent.slice(-4)).toEqual([
    [1, 'Z'],
    [1, 'E'],
    [1, 'end'],
    [2, 'Z'],
  ]);
});

test('our own statements wait for an open transaction, and do not count as use', async () => {
  const { session, asked, ask, settle } = openSession();
  ask(1, 'begin');
  session.maintain('checkpoint');
  await settle();
  expect(asked).toEqual(['begin']);
  expect([session.wasUsed(), session.wasUsed()]).toEqual([true, false]);
  ask(1, 'commit');
  await settle();
  expect(asked).toEqual(['begin', 'commit', 'checkpoint']);
  expect(session.wasUsed()).toBe(true);
  session.maintain('checkpoint');
  await settle();
  expect(session.wasUsed()).toBe(false);
});

test('when one connection stops listening, the others still hear', async () => {
  const { asked, ask, settle } = openSession();
  ask(1, 'listen jobs');
  ask(2, 'listen jobs');
  ask(1, 'unlisten jobs');
  await settle();
  expect(asked).toEqual(['listen jobs', 'listen jobs', 'unlisten jobs', 'listen "jobs"']);
});

test('stopping lets the round trip under way end, and starts no other', async () => {
  const { session, asked, sent, ask, settle } = openSession();
  ask(1, 'first');
  ask(2, 'second');
  await Promise.resolve();
  await session.stop();
  expect(asked).toEqual(['first']);
  expect(sent.at(-1)).toEqual([1, 'Z']);
  ask(1, 'third');
  await settle();
  expect(asked).toEqual(['first']);
});
