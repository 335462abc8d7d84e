import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openPace, type Pace, shareOf } from './pace.ts';

const read = { isUrgent: false, isMutating: false };
const change = { isUrgent: false, isMutating: true };
const urgent = { isUrgent: true, isMutating: true };

function open(limit: { perMinute: number; reserved: number } | null) {
  const clock = { now: 1_000_000 };
  return { clock, pace: openPace(limit, () => clock.now) };
}
const now = (pace: Pace, kind = read) => pace.turn(kind, 0);
const headers = (said: Record<string, string>) => new Headers(said);

test('usual calls leave the reserve, and urgent ones may use all of it', () => {
  const { pace } = open({ perMinute: 3, reserved: 1 });
  expect([now(pace).kind, now(pace).kind, now(pace).kind]).toEqual(['at', 'at', 'refused']);
  expect([now(pace, urgent).kind, now(pace, urgent).kind]).toEqual(['at', 'refused']);
});

test('a token comes back a minute after its call has ended, not after it began', () => {
  const { pace, clock } = open({ perMinute: 1, reserved: 0 });
  now(pace);
  clock.now += 5_000;
  expect(now(pace)).toEqual({ kind: 'refused', forMs: 60_000 });
  pace.ended();
  expect(now(pace)).toEqual({ kind: 'refused', forMs: 60_000 });
  clock.now += 59_999;
  expect(now(pace)).toEqual({ kind: 'refused', forMs: 1 });
  clock.now += 1;
  expect(now(pace).kind).toBe('at');
});

test('whoever may wait is given a moment of their own, in the order in which they came', () => {
  const { pace, clock } = open({ perMinute: 2, reserved: 0 });
  now(pace);
  pace.ended();
  clock.now += 1_000;
  now(pace);
  pace.ended();
  const turns = [1, 2].map(() => pace.turn(read, Number.POSITIVE_INFINITY));
  expect(turns).toMatchObject([{ atMs: 1_060_000 }, { atMs: 1_061_000 }]);
  expect(pace.turn(read, Number.POSITIVE_INFINITY)).toEqual({ kind: 'refused', forMs: 60_000 });
});

test('a turn that was not used is there for the next one', () => {
  const { pace } = open({ perMinute: 1, reserved: 0 });
  const turn = now(pace);
  if (turn.kind === 'at') pace.unused(turn);
  expect(now(pace).kind).toBe('at');
});

test('a server that asked to be left alone after a read is asked nothing usual, urgent things all the same', () => {
  const { pace, clock } = open(null);
  pace.close(read, 7_000);
  expect([now(pace), now(pace, change)]).toEqual([
    { kind: 'refused', forMs: 7_000 },
    { kind: 'refused', forMs: 7_000 },
  ]);
  expect(now(pace, urgent).kind).toBe('at');
  clock.now += 7_000;
  expect(now(pace).kind).toBe('at');
});

test('a server that turns changes away may still be looked at', () => {
  const { pace } = open(null);
  pace.close(change, 7_000);
  expect([now(pace).kind, now(pace, change).kind]).toEqual(['at', 'refused']);
});

test('what a server says is left binds usual calls until it resets, with the same share kept back', () => {
  const { pace, clock } = open({ perMinute: 100, reserved: 10 });
  pace.heard(read, headers({ 'ratelimit-limit': '50', 'ratelimit-remaining': '7', 'ratelimit-reset': '30' }));
  // A tenth of fifty is kept back: two may go.
  expect([now(pace).kind, now(pace).kind]).toEqual(['at', 'at']);
  expect(now(pace)).toEqual({ kind: 'refused', forMs: 30_000 });
  expect([now(pace, change).kind, now(pace, urgent).kind]).toEqual(['at', 'at']);
  clock.now += 30_000;
  expect(now(pace).kind).toBe('at');
});

test('answers that come in another order do not give back what is gone', () => {
  const { pace } = open(null);
  pace.heard(read, headers({ 'ratelimit-remaining': '0', 'ratelimit-reset': '30' }));
  pace.heard(read, headers({ 'ratelimit-remaining': '5', 'ratelimit-reset': '31' }));
  expect(now(pace).kind).toBe('refused');
  pace.heard(read, headers({ 'ratelimit-remaining': '5', 'ratelimit-reset': '60' }));
  expect(now(pace).kind).toBe('at');
});

test.each([
  { perMinute: 5, reserved: 5 },
  { perMinute: 0, reserved: 0 },
  { perMinute: 5, reserved: -1 },
])('a limit that leaves nothing is a bug: %j', (limit) => {
  expect(() => openPace(limit, () => 0)).toThrow('a limit is no limit');
});

test('however calls come and however long they take, no sixty seconds of the server hold more than the limit', () => {
  const call = fc.record({
    afterMs: fc.nat(20_000),
    thereMs: fc.nat(5_000),
    backMs: fc.nat(5_000),
    isUrgent: fc.boolean(),
    patienceMs: fc.constantFrom(0, 10_000, 70_000),
  });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 6 }), fc.array(call, { maxLength: 60 }), (perMinute, calls) => {
      const clock = { now: 0 };
      const pace = openPace({ perMinute, reserved: perMinute > 2 ? 1 : 0 }, () => clock.now);
      const arrivals: number[] = [];
      const endings: number[] = [];
      const passTo = (atMs: number) => {
        for (const ending of endings.splice(0).toSorted((a, b) => a - b)) {
          if (ending > atMs) endings.push(ending);
          else {
            clock.now = ending;
            pace.ended();
          }
        }
        clock.now = Math.max(clock.now, atMs);
      };
      for (const { afterMs, thereMs, backMs, isUrgent, patienceMs } of calls) {
        passTo(clock.now + afterMs);
        const turn = pace.turn({ isUrgent, isMutating: false }, clock.now + patienceMs);
        if (turn.kind === 'refused') continue;
        passTo(turn.atMs);
        arrivals.push(clock.now + thereMs);
        endings.push(clock.now + thereMs + backMs);
      }
      for (const arrival of arrivals) {
        const within = arrivals.filter((other) => other > arrival - 60_000 && other <= arrival);
        expect(within.length).toBeLessThanOrEqual(perMinute);
      }
    }),
  );
});

test('several processes together stay within a limit, each with a part of the reserve, as long as it can be divided', () => {
  const limit = { perMinute: 100, reserved: 20 };
  expect([1, 2, 3].map((processes) => shareOf(limit, processes))).toEqual([
    limit,
    { perMinute: 50, reserved: 10 },
    { perMinute: 33, reserved: 7 },
  ]);
  expect(shareOf({ perMinute: 10, reserved: 5 }, 99)).toEqual({ perMinute: 1, reserved: 0 });
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1_000 }),
      fc.nat(),
      fc.integer({ min: 1, max: 99 }),
      (perMinute, some, processes) => {
        const share = shareOf({ perMinute, reserved: some % perMinute }, processes);
        expect(share.perMinute > share.reserved).toBe(true);
        expect(share.perMinute * processes <= Math.max(perMinute, processes)).toBe(true);
      },
    ),
  );
});
