import { expect, test } from 'vitest';
import { patience, patienceWith } from './patience.ts';

test('a lease that was just renewed is always long enough to send something', () => {
  for (const leaseMs of [2_000, 9_999, 10_000, 15_000, 600_000]) {
    expect(patienceWith({ leaseMs }).sendMarginMs).toBeLessThan(leaseMs);
  }
});

test('without a change everything waits as long as is written down', () => {
  expect(patienceWith({})).toEqual(patience);
});
