import { expect, test } from 'vitest';
import { commonLimits, countsAt, type Histogram, isUnitJump, limitsOfBoth } from './limits.ts';

const histogram = (...limits: number[]): Histogram =>
  new Map([...limits, Number.POSITIVE_INFINITY].map((limit, index) => [limit, index]));

test('limits that all have are compared, whatever their last digit is', () => {
  const some = histogram(0.1 * 3 * 1_000, 500, 1_000);
  const others = histogram(300, 700, 1_000);
  expect(commonLimits([some, others])).toEqual([300, 1_000]);
  expect(countsAt([300, 1_000], some)).toEqual([0, 2, 3]);
  expect(countsAt([300, 1_000], others)).toEqual([0, 2, 3]);
});

test('a histogram without one of the limits, or without its open end, is none', () => {
  expect(countsAt([100], histogram(200))).toBeNull();
  expect(countsAt([100], new Map([[100, 3]]))).toBeNull();
  expect(countsAt([], histogram())).toBeNull();
});

test('seconds and milliseconds are never compared, not even at limits that look the same', () => {
  const seconds = histogram(1, 1_000, 1_000_000);
  const milliseconds = histogram(1_000, 1_000_000, 1_000_000_000);
  expect(commonLimits([seconds, milliseconds])).toEqual([1_000, 1_000_000]);
  expect(limitsOfBoth([milliseconds], [seconds])).toEqual({
    limitsMs: [],
    gaps: [expect.stringContaining('differ a thousandfold')],
  });
  expect(isUnitJump([1, 5], [1_000, 5_001])).toBe(false);
  expect(isUnitJump([], [])).toBe(false);
});

test('nothing in common is said, and one version without a histogram is not', () => {
  expect(limitsOfBoth([histogram(100)], [histogram(200)]).gaps).toEqual([
    'latency: canary and stable have no limit in common',
  ]);
  expect(limitsOfBoth([], [histogram(200)])).toEqual({ limitsMs: [200], gaps: [] });
});
