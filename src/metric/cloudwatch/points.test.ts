import fc from 'fast-check';
import { expect, test } from 'vitest';
import { brokenAnswers, expectNothingInvented } from '../../../test/support/broken-answers.ts';
import { Failed } from '../../core/failure.ts';
import { readingsOf } from '../readings.ts';
import { dueWindows } from '../windows.ts';
import { pointsByDimension } from './by-dimension.ts';
import { errorsOf, pointsByGroup } from './by-target-group.ts';
import { type Rows, rowsOf } from './client.ts';
import { DataAnswer } from './schema.ts';
import { LoadBalancerQuery, Query } from './settings.ts';

const BEGIN = Date.UTC(2026, 10, 20, 12);
const MINUTE = 60_000;
const pace = { stepMs: MINUTE, lagMs: MINUTE };
const due = dueWindows(dueWindows(null, pace, BEGIN).remembered, pace, BEGIN + 3 * MINUTE);

const series = (Id: string, value: number) => ({
  Id,
  StatusCode: 'Complete',
  Timestamps: [BEGIN / 1_000, (BEGIN + MINUTE) / 1_000],
  Values: [value, value],
});

/** As AWS's client makes dates of seconds. */
function read(answer: unknown): Rows | null {
  const { MetricDataResults: results } = Object(answer) as { MetricDataResults?: unknown };
  if (!Array.isArray(results)) return null;
  const dated = results.map((each) => {
    const { Timestamps } = Object(each) as { Timestamps?: unknown };
    if (!Array.isArray(Timestamps)) return each;
    const times = Timestamps.map((time) => (typeof time === 'number' ? new Date(time * 1_000) : time));
    return { ...each, Timestamps: times };
  });
  const parsed = DataAnswer.safeParse({ ...Object(answer), MetricDataResults: dated });
  return parsed.success ? rowsOf(parsed.data.MetricDataResults) : null;
}

const byDimension = Query.parse({
  namespace: 'Shop',
  versionDimension: 'Version',
  requests: 'Requests',
  errors: { metric: 'Errors' },
  latency: { metric: 'Duration', unit: 'ms' },
});
const byGroup = LoadBalancerQuery.parse({
  loadBalancer: 'app/shop/0123456789abcdef',
  targetGroups: { blue: 'targetgroup/shop-blue/0123456789abcdef' },
});

const recorded = {
  dimension: {
    MetricDataResults: [
      series('canary_requests', 40),
      series('canary_errors', 20),
      series('canary_p95', 2_500),
      series('stable_requests', 360),
      series('stable_errors', 0),
      series('stable_p95', 12),
    ],
  },
  group: {
    MetricDataResults: [
      series('canary_requests', 40),
      series('canary_2XX', 20),
      series('canary_5XX', 20),
      series('canary_p95', 2.5),
      series('stable_requests', 360),
      series('stable_2XX', 360),
      series('stable_p95', 0.012),
    ],
  },
};

function readingsFrom(answer: unknown, by: 'dimension' | 'group') {
  const rows = read(answer);
  const { windows } = due;
  if (rows === null || windows === null) return null;
  const told = (name: string, arm: 'canary' | 'stable') => ({
    name,
    points:
      by === 'dimension'
        ? pointsByDimension(byDimension, arm, rows, windows)
        : pointsByGroup(byGroup, arm, rows, windows),
  });
  const [canary, stable] = [told('v2', 'canary'), told('v1', 'stable')];
  return readingsOf(due, { latencyLimitsMs: [], canary, stable, gaps: [] });
}

test.each(['dimension', 'group'] as const)('what CloudWatch answers by %s is read window by window', (by) => {
  const readings = readingsFrom(recorded[by], by);
  expect(readings?.gaps).toEqual([]);
  expect(readings?.stretches).toHaveLength(2);
  expect(readings?.stretches[0]).toMatchObject({
    canary: { requests: 40, errors: 20, latencyP95Ms: 2_500 },
    stable: { requests: 360, errors: 0, latencyP95Ms: 12 },
  });
});

test('silence about errors means none only in a series that is complete and of these times', () => {
  const query = Query.parse({ ...byDimension, errors: { metric: 'Errors', absent: 'none' } });
  const errorsWith = (errors: object | null) => {
    const MetricDataResults = [series('canary_requests', 40), ...(errors === null ? [] : [errors])];
    const rows = read({ MetricDataResults });
    return rows && due.windows && pointsByDimension(query, 'canary', rows, due.windows)[0]?.errors;
  };
  const silent = { ...series('canary_errors', 0), Timestamps: [], Values: [] };
  expect(errorsWith(silent)).toBe(0);
  expect(errorsWith(null)).toBeNull();
  expect(errorsWith({ ...silent, StatusCode: 'InternalError' })).toBeNull();
  expect(errorsWith({ ...silent, Timestamps: [BEGIN / 1_000 - 60], Values: [20] })).toBeNull();
});

test('however ten thousand answers by dimension break, none makes a bad version look good', () => {
  fc.assert(
    fc.property(brokenAnswers(recorded.dimension), (answer) =>
      unlessRefused(() => readingsFrom(answer, 'dimension')),
    ),
    { numRuns: 10_000 },
  );
});

test('however ten thousand answers by target group break, none makes a bad version look good', () => {
  fc.assert(
    fc.property(brokenAnswers(recorded.group), (answer) =>
      unlessRefused(() => readingsFrom(answer, 'group')),
    ),
    { numRuns: 10_000 },
  );
});

function unlessRefused(readings: () => ReturnType<typeof readingsFrom>): void {
  try {
    const given = readings();
    if (given !== null) expectNothingInvented(given);
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
  }
}

test('no status alone says how many requests failed', () => {
  const failed = (requests: number | null, ...counts: (number | null)[]) =>
    errorsOf(requests, counts, 'errors', 'canary');
  expect(failed(100, 100, null, null, null)).toBe(0);
  expect(failed(100, null, null, null, 100)).toBe(100);
  expect(failed(100, 60, 10, null, 20)).toBe(30);
  expect(failed(100, null, null, null, null)).toBeNull();
  expect(failed(null, 100, null, null, null)).toBeNull();
  expect(failed(100, 300, null, null, null)).toBeNull();
  expect(failed(100, -1, null, null, null)).toBeNull();
  expect(errorsOf(100, [60, null, null, null], 'errors', 'stable')).toBeNull();
  expect(errorsOf(100, [98, null, null, 1], 'errors', 'stable')).toBe(2);
});

test('a version is never compared with itself', () => {
  const takes = (green: string) => {
    const targetGroups = { blue: 'targetgroup/shop-blue/0123456789abcdef', green };
    return LoadBalancerQuery.safeParse({ loadBalancer: 'app/shop/0123456789abcdef', targetGroups }).success;
  };
  expect(takes('targetgroup/shop-green/0123456789abcdef')).toBe(true);
  expect(takes('targetgroup/shop-blue/0123456789abcdef')).toBe(false);
});
