import { expect, test } from 'vitest';
import { steadyClock } from './steady.ts';

function world() {
  const at = { wall: 1_000_000, monotonic: 50 };
  return {
    at,
    nowMs: steadyClock(
      () => at.wall,
      () => at.monotonic,
    ),
  };
}

test('time passes as on the wall', () => {
  const { at, nowMs } = world();
  at.wall += 700;
  at.monotonic += 700;
  expect(nowMs()).toBe(1_000_700);
});

test('a wall clock that is set back takes no time away', () => {
  const { at, nowMs } = world();
  at.wall -= 3_600_000;
  at.monotonic += 20_000;
  expect(nowMs()).toBe(1_020_000);
});

test('the time that a machine has slept has passed', () => {
  const { at, nowMs } = world();
  at.wall += 60_000;
  at.monotonic += 5;
  expect(nowMs()).toBe(1_060_000);
});
