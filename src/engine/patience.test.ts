import { expect, test } from 'vitest';
import { keepAfter, patience, patienceWith, tellAfter, watchAfter } from './patience.ts';

test('a lease that was just renewed is always long enough to send something', () => {
  for (const leaseMs of [2_000, 9_999, 10_000, 15_000, 600_000]) {
    expect(patienceWith({ leaseMs }).sendMarginMs).toBeLessThan(leaseMs);
  }
});

test('without a change everything waits as long as is written down', () => {
  expect(patienceWith({})).toEqual(patience);
});

test('watching is told less often than it is looked at, and once a minute at the least', () => {
  for (const durationMs of [1_000, 6_000, 60_000, 3_600_000, 86_400_000]) {
    expect(tellAfter(durationMs)).toBeGreaterThanOrEqual(watchAfter(durationMs));
    expect(tellAfter(durationMs)).toBeLessThanOrEqual(60_000);
  }
});

test('however long one share is watched, what is learnt is written down a few hundred times at most', () => {
  for (const durationMs of [1_000, 60_000, 3_600_000, 86_400_000]) {
    expect(durationMs / keepAfter(durationMs)).toBeLessThanOrEqual(240);
    expect(keepAfter(durationMs)).toBeGreaterThanOrEqual(3_000);
  }
  expect(keepAfter(600_000)).toBe(30_000);
});
