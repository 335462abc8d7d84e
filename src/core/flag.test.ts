import { expect, test } from 'vitest';
import { isFlagAs } from './flag.ts';

const on = (rolloutPercent: number | null) => ({ isOn: true, rolloutPercent });

test.each([
  [on(100), on(100), true],
  [on((100 * 1) / 3), on(33.3333), true],
  // A few of many are somebody: neither does everybody have it, nor nobody.
  [on(99.7), on(100), false],
  [on(0.6), on(1), false],
  [on(0.4), on(0), false],
  [on(null), on(50), false],
  [on(12), on(null), true],
  [{ isOn: false, rolloutPercent: 50 }, on(50), false],
])('%j is %j: %s', (seen, wanted, is) => {
  expect(isFlagAs(seen, wanted)).toBe(is);
});
