import fc from 'fast-check';
import { expect, test } from 'vitest';
import { brokenAnswers, expectNothingInvented } from '../../../test/support/broken-answers.ts';
import { Failed } from '../../core/failure.ts';
import type { Around } from '../metric.ts';
import { readingsOf } from '../readings.ts';
import { dueWindows } from '../windows.ts';
import { nextOf, openApi } from './client.ts';
import { issuesVerdict } from './issues.ts';
import { pointsOf, type Told } from './points.ts';
import { SeriesAnswer } from './schema.ts';
import { IssuesQuery } from './settings.ts';

const BEGIN = Date.UTC(2026, 10, 20, 12);
const MINUTE = 60_000;
const pace = { stepMs: MINUTE, lagMs: MINUTE };
const due = dueWindows(dueWindows(null, pace, BEGIN).remembered, pace, BEGIN + 3 * MINUTE);

const series = (yAxis: string, value: number, valueUnit: string | null = null) => ({
  meta: { dataset: 'spans', start: BEGIN, end: BEGIN + 2 * MINUTE },
  timeSeries: [
    {
      yAxis,
      meta: { interval: MINUTE, valueType: 'integer', valueUnit, dataScanned: 'full' },
      values: [0, 1].map((index) => ({
        timestamp: BEGIN + index * MINUTE,
        value,
        incomplete: false,
        sampleRate: 1,
      })),
    },
  ],
});
const told = (requests: number, errors: number, p95Ms: number) => ({
  requests: series('count()', requests),
  errors: series('failure_count()', errors),
  p95: series('p95(span.duration)', p95Ms, 'millisecond'),
});
const recorded = { canary: told(40, 20, 2_500), stable: told(360, 0, 12) };

function parsed(answers: unknown): Told | null {
  const { requests, errors, p95 } = Object(answers) as Record<string, unknown>;
  const all = [requests, errors, p95].map((each) => SeriesAnswer.safeParse(each).data);
  const [first, second, third] = all;
  if (first === undefined || second === undefined || third === undefined) return null;
  return { requests: first, errors: second, p95: third };
}

function readingsFrom(answers: unknown) {
  const { canary, stable } = Object(answers) as Record<string, unknown>;
  const [own, beside] = [parsed(canary), parsed(stable)];
  if (own === null || beside === null) return null;
  return readingsOf(due, {
    latencyLimitsMs: [],
    canary: { name: 'v2', points: pointsOf(own) },
    stable: { name: 'v1', points: pointsOf(beside) },
    gaps: [],
  });
}

test('what Sentry answers is read minute by minute', () => {
  const readings = readingsFrom(recorded);
  expect(readings?.gaps).toEqual([]);
  expect(readings?.stretches).toHaveLength(2);
  expect(readings?.stretches[0]?.canary).toMatchObject({ requests: 40, errors: 20, latencyP95Ms: 2_500 });
});

test('however ten thousand answers break, none of them makes a bad version look good', () => {
  fc.assert(
    fc.property(brokenAnswers(recorded), (answers) => {
      try {
        const readings = readingsFrom(answers);
        if (readings !== null) expectNothingInvented(readings);
      } catch (error) {
        if (!(error instanceof Failed)) throw error;
      }
    }),
    { numRuns: 10_000 },
  );
});

test('a latency in a unit that we do not know is left out', () => {
  const strange = { ...recorded.canary, p95: series('p95(span.duration)', 2.5, 'fortnight') };
  expect(readingsFrom({ ...recorded, canary: strange })?.stretches[0]?.canary.latencyP95Ms).toBeNull();
});

test('an issue of a level that nobody knows keeps a release from passing', () => {
  const query = IssuesQuery.parse({ project: 'shop' });
  const release = { version: 'v2', lastEvent: '2026-11-20T12:00:00Z', projects: [] };
  const of = (level: string) =>
    issuesVerdict('v2', query, release, [{ shortId: 'S-1', title: 'x', level }]).kind;
  expect([of('info'), of('catastrophe'), of('fatal')]).toEqual(['pass', 'unknown', 'fail']);
});

test('where a list goes on is told by its link, and only where there is more', () => {
  const link = (results: boolean) =>
    `<https://sentry.io/?cursor=0:0:1>; rel="previous"; results="true"; cursor="0:0:1", <https://sentry.io/?cursor=0:100:0>; rel="next"; results="${results}"; cursor="0:100:0"`;
  expect(nextOf(link(true))).toBe('0:100:0');
  expect(nextOf(link(false))).toBeNull();
  expect(nextOf(null)).toBeNull();
});

test('a full page that says nothing of the next one is not all there is', async () => {
  const issues = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ shortId: `SHOP-${index}`, title: '', level: 'info' }));
  const newIssues = (count: number) => {
    const http = { send: async () => ({ header: () => null, value: issues(count) }) };
    const around = { door: () => http } as unknown as Around;
    const api = openApi({ organization: 'acme', token: 'env:SENTRY', url: 'https://sentry.io' }, around);
    return api.newIssues({ project: 'shop', release: 'v2' });
  };
  expect(await newIssues(99)).toHaveLength(99);
  await expect(newIssues(100)).rejects.toThrow('more new issues of v2 than the 100 that were read');
});
