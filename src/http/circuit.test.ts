import { expect, test } from 'vitest';
import { openCircuit } from './circuit.ts';

function circuit() {
  const clock = { now: 0, nowMs: () => clock.now };
  return { clock, circuit: openCircuit(clock, () => 0) };
}

function fail(times: number, one: ReturnType<typeof circuit>['circuit']) {
  for (let time = 0; time < times; time++) one.failed();
}

test('four failures in a row are borne, the fifth stops everything for ten seconds', () => {
  const { clock, circuit: one } = circuit();
  fail(4, one);
  expect(one.closedForMs()).toBeNull();
  one.failed();
  expect(one.closedForMs()).toBe(10_000);
  clock.now = 9_999;
  expect(one.closedForMs()).toBe(1);
});

test('an answer in between starts the count anew', () => {
  const { circuit: one } = circuit();
  fail(4, one);
  one.answered();
  fail(4, one);
  expect(one.closedForMs()).toBeNull();
});

test('afterwards exactly one request is let through to find out, and its answer opens the way for all', () => {
  const { clock, circuit: one } = circuit();
  fail(5, one);
  clock.now = 10_000;
  expect(one.closedForMs()).toBeNull();
  expect([one.closedForMs(), one.closedForMs()]).toEqual([1_000, 1_000]);
  one.answered();
  expect([one.closedForMs(), one.closedForMs()]).toEqual([null, null]);
});

test('a probe that fails stops everything again, and one that never comes back is replaced', () => {
  const { clock, circuit: one } = circuit();
  fail(5, one);
  clock.now = 10_000;
  expect(one.closedForMs()).toBeNull();
  one.failed();
  expect(one.closedForMs()).toBe(10_000);
  clock.now = 20_000;
  expect(one.closedForMs()).toBeNull();
  clock.now = 30_000;
  expect(one.closedForMs()).toBeNull();
});
