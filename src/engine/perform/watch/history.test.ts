import { expect, test } from 'vitest';
import type { Sample } from '../../../store/sample.ts';
import { historyOf } from './history.ts';

const sample = (more: Partial<Sample> = {}): Sample => ({
  targetId: 'api/staging',
  fromMs: 0,
  toMs: 30_000,
  measuredMs: 30_000,
  requests: 10,
  errors: 1,
  latencyBuckets: [
    { upToMs: 100, count: 7 },
    { upToMs: 500, count: 9 },
    { upToMs: null, count: 10 },
  ],
  memoryMb: 50,
  ...more,
});

test('samples are what was normal, with each request in one bucket', () => {
  expect(historyOf([sample()])).toEqual({
    latencyLimitsMs: [100, 500],
    looks: [
      {
        atMs: 30_000,
        durationMs: 30_000,
        fleet: expect.objectContaining({ requests: 10, errors: 1, latency: [7, 2, 1] }),
        pods: [],
      },
    ],
  });
});

test('what was hardly measured is not taken for calm, and nothing at all is not history', () => {
  expect(historyOf([])).toBeNull();
  expect(historyOf([sample({ measuredMs: 5_000 })])).toBeNull();
});

test('buckets of another time are not mixed with those of now', () => {
  const old = sample({
    latencyBuckets: [
      { upToMs: 50, count: 5 },
      { upToMs: null, count: 10 },
    ],
  });
  const looks = historyOf([old, sample({ fromMs: 30_000, toMs: 60_000 })])?.looks ?? [];
  expect(looks.map(({ fleet }) => fleet.latency)).toEqual([null, [7, 2, 1]]);
});
