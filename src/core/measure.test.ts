import { expect, test } from 'vitest';
import type { CountersAt } from './event.ts';
import { between, countedBetween, quantile, sumOfBuckets } from './measure.ts';

const at = (atMs: number, requests: number, errors: number, fast: number): CountersAt => ({
  atMs,
  requests,
  errors,
  latencyBuckets: [
    { upToMs: 10, count: fast },
    { upToMs: null, count: requests },
  ],
});

test('what happened between two readings is their difference, whatever comes along with what is used now', () => {
  const now = { ...at(3_000, 130, 7, 100), cpuPercent: 3, memoryMb: 20 };
  expect(between(at(1_000, 100, 5, 80), now, now)).toEqual({
    windowMs: 2_000,
    requests: 30,
    errors: 2,
    latencyP50Ms: 7.5,
    latencyP95Ms: 10,
    cpuPercent: 3,
    memoryMb: 20,
  });
});

test.each([
  ['counted anew', at(1_000, 100, 5, 80), at(3_000, 10, 0, 10)],
  ['did not move on', at(1_000, 100, 5, 80), at(1_000, 130, 7, 100)],
  ['has more errors than requests', at(1_000, 100, 5, 80), at(3_000, 101, 9, 81)],
  ['lost a bucket', at(1_000, 100, 5, 80), at(3_000, 130, 7, 70)],
])('nothing is known of what %s', (_, from, to) => {
  expect(countedBetween(from, to)).toBeNull();
});

test('histograms with the same limits add up, and others do not', () => {
  const one = at(0, 10, 0, 6).latencyBuckets;
  const other = at(0, 5, 0, 1).latencyBuckets;
  expect(sumOfBuckets([one, other])).toEqual([
    { upToMs: 10, count: 7 },
    { upToMs: null, count: 15 },
  ]);
  expect(
    sumOfBuckets([
      one,
      [
        { upToMs: 20, count: 1 },
        { upToMs: null, count: 2 },
      ],
    ]),
  ).toEqual([]);
  expect(sumOfBuckets([])).toEqual([]);
  expect(quantile(sumOfBuckets([]), 0.95)).toBeNull();
});
