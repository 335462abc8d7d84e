import { expect, test } from 'vitest';
import type { Stretch } from './look.ts';
import { rebucketed } from './rebucketed.ts';

const stretch = (latency: number[]): Stretch => ({
  requests: 10,
  errors: 0,
  latency,
  latencyP95Ms: null,
  cpuPercent: null,
  memoryPercent: null,
  restarts: null,
  business: {},
  pods: 1,
});
const history = (latency: number[]) => ({
  latencyLimitsMs: [10, 50, 100],
  looks: [{ atMs: 5_000, durationMs: 5_000, fleet: stretch(latency), pods: [stretch(latency)] }],
});

test('buckets that are not told apart any more are added up', () => {
  const { latencyLimitsMs, looks } = rebucketed(history([1, 2, 3, 4]), [50]);
  expect(latencyLimitsMs).toEqual([50]);
  expect(looks[0]?.fleet.latency).toEqual([3, 7]);
  expect(looks[0]?.pods[0]?.latency).toEqual([3, 7]);
});

test('the same buckets stay as they are, and finer ones are not invented', () => {
  expect(rebucketed(history([1, 2, 3, 4]), [10, 50, 100]).looks[0]?.fleet.latency).toEqual([1, 2, 3, 4]);
  expect(rebucketed(history([1, 2, 3, 4]), [10, 20]).looks[0]?.fleet.latency).toBeNull();
});
