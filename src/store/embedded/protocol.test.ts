import { expect, test } from 'vitest';
import { afterStartup, readAnswer, readBatches, simpleQuery } from './protocol.ts';

function message(letter: string, body: string | Buffer = ''): Buffer {
  const bytes = Buffer.from(body);
  const length = Buffer.alloc(4);
  length.writeInt32BE(4 + bytes.length);
  return Buffer.concat([Buffer.from(letter), length, bytes]);
}

const parse = (sql: string) => message('P', `name\0${sql}\0\0\0`);
const sync = message('S');

test('bytes are cut into round trips wherever they were torn apart', () => {
  const whole = Buffer.concat([
    parse('select 1'),
    message('B'),
    message('E'),
    sync,
    message('Q', 'select 2\0'),
  ]);
  for (let cut = 0; cut <= whole.length; cut += 1) {
    const first = readBatches(whole.subarray(0, cut));
    const second = readBatches(Buffer.concat([first.rest, whole.subarray(cut)]));
    const batches = [...first.batches, ...second.batches].map(({ bytes }) => bytes.toString('latin1'));
    expect(batches).toHaveLength(2);
    expect(batches.join('')).toBe(whole.toString('latin1'));
    expect(second.rest).toHaveLength(0);
  }
});

test('a connection that says goodbye is heard, and nothing after it', () => {
  const { batches, isTerminated } = readBatches(Buffer.concat([message('X'), message('Q', 'select 1\0')]));
  expect({ batches, isTerminated }).toEqual({ batches: [], isTerminated: true });
});

test('the startup message is skipped once it is whole', () => {
  const startup = Buffer.concat([Buffer.from([0, 0, 0, 12, 0, 3, 0, 0]), Buffer.from('user')]);
  expect(afterStartup(startup.subarray(0, 3))).toBeNull();
  expect(afterStartup(startup.subarray(0, 11))).toBeNull();
  expect(afterStartup(Buffer.concat([startup, sync]))).toEqual(sync);
});

test.each([
  ['LISTEN bullmq_jobs;', { kind: 'listen', channel: 'bullmq_jobs' }],
  ['-- Subscribe.\n-- LISTEN to nothing\n  listen Jobs', { kind: 'listen', channel: 'jobs' }],
  ['listen "Jobs"', { kind: 'listen', channel: 'Jobs' }],
  ['UNLISTEN *', { kind: 'unlisten', channel: '*' }],
  ["select 'listen jobs'", null],
  ['-- listen jobs', null],
  ['select listen from jobs', null],
])('who listens to what is read from the statement: %s', (sql, listening) => {
  const { batches } = readBatches(Buffer.concat([message('Q', `${sql}\0`), parse(sql), sync]));
  expect(batches.map((batch) => batch.listening)).toEqual([listening, listening]);
});

test('notifications are taken out of an answer, and it is read whether a transaction is open', () => {
  const notification = message('A', Buffer.concat([Buffer.from([0, 0, 0, 9]), Buffer.from('jobs\0hello\0')]));
  const row = message('D', 'A');
  const inTransaction = message('Z', 'T');
  const said = readAnswer(Buffer.concat([row, notification, notification, inTransaction]));
  expect(said.answer).toEqual(Buffer.concat([row, inTransaction]));
  expect(said.notifications).toEqual([
    { channel: 'jobs', bytes: notification },
    { channel: 'jobs', bytes: notification },
  ]);
  expect(said.isIdle).toBe(false);
  expect(readAnswer(message('Z', 'I')).isIdle).toBe(true);
  expect(readAnswer(message('Z', 'E')).isIdle).toBe(false);
});

test('a statement of our own is one whole message', () => {
  expect(simpleQuery('checkpoint').bytes).toEqual(message('Q', 'checkpoint\0'));
});
