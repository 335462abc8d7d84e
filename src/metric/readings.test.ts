import { expect, test } from 'vitest';
import { historyOf, readingsOf } from './readings.ts';
import type { Point } from './windowed.ts';
import { dueWindows, windowsBack } from './windows.ts';

const BEGIN = Date.UTC(2026, 10, 20, 12);
const STEP = 60_000;
const pace = { stepMs: STEP, lagMs: 60_000 };
const began = dueWindows(null, pace, BEGIN).remembered;

const healthy = (index: number, more: Partial<Point> = {}): Point => ({
  startMs: BEGIN + index * STEP,
  requests: 600,
  errors: 3,
  latencyP95Ms: 120,
  ...more,
});

/** Of a canary alone, after so many windows. */
function read(points: readonly Point[], windows = points.length, cursor: unknown = began) {
  const due = dueWindows(cursor as never, pace, BEGIN + (windows + 1) * STEP);
  return readingsOf(due, { latencyLimitsMs: [], canary: { name: 'v2', points }, stable: null, gaps: [] });
}

test('a window counts from when it is over and everything has had time to arrive', () => {
  const due = (nowMs: number) => dueWindows(began, pace, nowMs).windows;
  expect(due(BEGIN + 2 * STEP - 1)).toBeNull();
  expect(due(BEGIN + 2 * STEP)).toEqual({ fromMs: BEGIN, toMs: BEGIN + STEP, stepMs: STEP });
});

test('a first reading in the middle of a window begins with the next one', () => {
  expect(dueWindows(null, pace, BEGIN + 1).remembered.untilMs).toBe(BEGIN + STEP);
});

test.each([
  ['of another program', { pods: [] }],
  ['from the future', { ...began, untilMs: BEGIN + 60 * STEP }],
  ['of windows of another length', { ...began, untilMs: BEGIN + 1_000 }],
])('a cursor %s is not believed: reading begins anew and says so', (_, cursor) => {
  const due = dueWindows(cursor, pace, BEGIN + 5 * STEP);
  expect(due.windows).toBeNull();
  expect(due.remembered.untilMs).toBe(BEGIN + 5 * STEP);
  expect(due.gaps).toHaveLength(1);
});

test('after a long silence the latest windows are read, and the others are a gap', () => {
  const due = dueWindows(began, pace, BEGIN + 151 * STEP);
  expect(due.windows).toEqual({ fromMs: BEGIN + 50 * STEP, toMs: BEGIN + 150 * STEP, stepMs: STEP });
  expect(due.gaps).toEqual(['nobody looked for long: 50 minutes are left out']);
});

test.each<[string, Partial<Point>, string]>([
  ['no count of requests', { requests: null }, 'has no count of requests'],
  ['a count that is not a number', { requests: Number.NaN }, 'has a count of requests that is none'],
  ['a negative count', { requests: -1, errors: 0 }, 'has a count of requests that is none'],
  ['no count of errors', { errors: null }, 'has no count of errors, which is not none'],
  ['errors without end', { errors: Number.POSITIVE_INFINITY }, 'has a count of errors that is none'],
  ['negative errors', { errors: -3 }, 'has a count of errors that is none'],
  ['more errors than requests', { errors: 601 }, 'has more errors than requests'],
])('%s is a gap and no stretch', (_, more, why) => {
  const { stretches, gaps } = read([healthy(0), healthy(1, more), healthy(2)]);
  expect(stretches.map(({ atMs }) => (atMs - BEGIN) / STEP)).toEqual([1, 3]);
  expect(gaps).toEqual([`v2 ${why} from 12:01:00 to 12:02:00 UTC`]);
});

test.each<[string, Partial<Point>, string]>([
  ['no latency', { latencyP95Ms: null }, 'has no usable latency'],
  ['a negative latency', { latencyP95Ms: -1 }, 'has no usable latency'],
  ['buckets with a hole', { latency: [1, null, 2] }, 'has no usable count of how long requests took'],
  ['a negative bucket', { latency: [601, -1] }, 'has no usable count of how long requests took'],
  [
    'half a business counter',
    { business: { orders: { hits: 1, of: null } } },
    'has no usable count of orders',
  ],
])('%s leaves that measure out and nothing else', (_, more, why) => {
  const { stretches, gaps } = read([healthy(0, more)]);
  expect(stretches[0]?.canary).toMatchObject({ requests: 600, errors: 3, business: {} });
  expect(gaps).toEqual([`v2 ${why} from 12:00:00 to 12:01:00 UTC`]);
});

test('windows in a row that are missing for one reason are one sentence', () => {
  const { gaps } = read([healthy(0), healthy(4)], 5);
  expect(gaps).toEqual(['v2 has no numbers from 12:01:00 to 12:04:00 UTC']);
});

test('numbers of other times, of the future among them, are not used', () => {
  const { stretches, gaps } = read(
    [healthy(0), healthy(7), healthy(-2), { ...healthy(0), startMs: BEGIN + 1 }],
    1,
  );
  expect(stretches).toHaveLength(1);
  expect(gaps).toEqual(['v2 has numbers of times that nobody asked for']);
});

test('a window that is told twice is believed neither time', () => {
  const { stretches, gaps } = read([healthy(0, { errors: 300 }), healthy(0, { errors: 0 })], 1);
  expect(stretches).toEqual([]);
  expect(gaps[0]).toContain('twice');
});

test('a latency that shrinks a thousandfold is another unit, also between two readings', () => {
  const first = read([healthy(0, { latencyP95Ms: 900 })]);
  const then = read([healthy(1, { latencyP95Ms: 0.9 })], 2, first.cursor);
  expect(then.stretches[0]?.canary.latencyP95Ms).toBeNull();
  expect(then.gaps[0]).toContain('as when a unit changes');
  const still = read([healthy(2, { latencyP95Ms: 0.9 })], 3, then.cursor);
  expect(still.stretches[0]?.canary.latencyP95Ms).toBeNull();
  const back = read([healthy(3, { latencyP95Ms: 800 })], 4, still.cursor);
  expect(back.stretches[0]?.canary.latencyP95Ms).toBe(800);
});

test('a thousand times as many requests are another unit', () => {
  const { stretches, gaps } = read([healthy(0), healthy(1, { requests: 600_000 })]);
  expect(stretches).toHaveLength(1);
  expect(gaps[0]).toContain('as when a unit changes');
});

test('the first few requests say nothing about how many there will be', () => {
  const { stretches, gaps } = read([healthy(0, { requests: 1, errors: 0, latency: null }), healthy(1)]);
  expect(stretches).toHaveLength(2);
  expect(gaps.join()).not.toContain('as when a unit changes');
});

test('both versions, or none: a window that one of them lacks is no stretch', () => {
  const due = dueWindows(began, pace, BEGIN + 3 * STEP);
  const canary = { name: 'v2', points: [healthy(0), healthy(1)] };
  const stable = { name: 'v1', points: [healthy(1)] };
  const { stretches, gaps } = readingsOf(due, { latencyLimitsMs: [], canary, stable, gaps: [] });
  expect(stretches.map(({ atMs }) => atMs)).toEqual([BEGIN + 2 * STEP]);
  expect(gaps).toEqual(['v1 has no numbers from 12:00:00 to 12:01:00 UTC']);
});

test('a look back leaves out what cannot be believed, and is null where nothing is left', () => {
  const windows = windowsBack(pace, 3 * STEP, BEGIN + 4 * STEP);
  const told = (...points: Point[]) => historyOf(windows, [], { name: 'shop', points });
  expect(told(healthy(0), healthy(1, { errors: null }), healthy(2))?.looks).toHaveLength(2);
  expect(told(healthy(1, { requests: -1 }))).toBeNull();
});
