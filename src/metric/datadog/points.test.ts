import fc from 'fast-check';
import { expect, test } from 'vitest';
import { brokenAnswers, expectNothingInvented } from '../../../test/support/broken-answers.ts';
import { Failed } from '../../core/failure.ts';
import { readingsOf } from '../readings.ts';
import { dueWindows } from '../windows.ts';
import { wantedOf } from './ask.ts';
import { pointsOf } from './points.ts';
import { TimeseriesAnswer } from './schema.ts';
import { Query } from './settings.ts';

const BEGIN = Date.UTC(2026, 10, 20, 12);
const STEP = 30_000;
const pace = { stepMs: STEP, lagMs: 60_000 };
const query = Query.parse({
  tags: { service: 'shop' },
  requests: 'trace.http.request.hits',
  errors: { tagged: 'http.status_class:5xx' },
  latency: { distribution: 'trace.http.request', unit: 's', limitsMs: [50, 1_000] },
});
const wanted = wantedOf(query, STEP, 'v2');
const due = dueWindows(dueWindows(null, pace, BEGIN).remembered, pace, BEGIN + 4 * STEP);
const times = [BEGIN, BEGIN + STEP];

/** One row a question, in the order in which they were asked. */
function answerOf(...rows: (number | null)[][]) {
  const told = rows.flatMap((row, index) => (row.some((value) => value !== null) ? [{ row, index }] : []));
  return {
    data: {
      id: '0',
      type: 'timeseries_response',
      attributes: {
        series: told.map(({ index }) => ({ group_tags: [], query_index: index, unit: null })),
        times,
        values: told.map(({ row }) => row),
      },
    },
  };
}

const bad = answerOf([40, 40], [20, 20], [20, 20], [0, 0], [0, 0], [40, 40]);
const good = answerOf([360, 360], [null, null], [360, 360], [360, 360], [360, 360], [360, 360]);

function readingsFrom(canary: unknown, stable: unknown) {
  const { windows } = due;
  if (windows === null) throw new Error('nothing is due');
  const points = (answer: unknown) => pointsOf(TimeseriesAnswer.parse(answer), wanted, query, windows);
  return readingsOf(due, {
    latencyLimitsMs: wanted.latencyLimitsMs,
    canary: { name: 'v2', points: points(canary) },
    stable: { name: 'v1', points: points(stable) },
    gaps: [],
  });
}

test('what Datadog answers is read window by window', () => {
  const { stretches, gaps } = readingsFrom(bad, good);
  expect(gaps).toEqual([]);
  expect(stretches).toHaveLength(2);
  expect(stretches[0]).toMatchObject({
    atMs: BEGIN + STEP,
    latencyLimitsMs: [50, 1_000],
    canary: { requests: 40, errors: 20, latency: [0, 0, 40] },
    stable: { requests: 360, errors: 0, latency: [360, 0, 0] },
  });
});

/** Rows say by their place alone whose they are: where a series and the row of another are gone, nobody can see it. */
function isRenumbered(answer: unknown, recorded: ReturnType<typeof answerOf>): boolean {
  const { data } = TimeseriesAnswer.parse(answer);
  const { series, values } = recorded.data.attributes;
  const rowOf = (index: number) => values[series.findIndex((each) => each.query_index === index)];
  const told = data?.attributes ?? { series: [], values: [] };
  return (
    told.series.length < series.length &&
    told.series.some(({ query_index: index }, place) => String(told.values[place]) !== String(rowOf(index)))
  );
}

test('however ten thousand answers break, none of them makes a bad version look good', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.tuple(brokenAnswers(bad), fc.constant(good)),
        fc.tuple(fc.constant(bad), brokenAnswers(good)),
      ),
      ([canary, stable]) => {
        const isRead = [canary, stable].every((answer) => TimeseriesAnswer.safeParse(answer).success);
        if (!isRead || isRenumbered(canary, bad) || isRenumbered(stable, good)) return;
        try {
          expectNothingInvented(readingsFrom(canary, stable));
        } catch (error) {
          if (!(error instanceof Failed)) throw error;
        }
      },
    ),
    { numRuns: 10_000 },
  );
});

test('parts that are not the whole are a gap', () => {
  const torn = answerOf([40, 40], [20, null], [20, 20], [0, 0], [0, 0], [40, 40]);
  const { stretches, gaps } = readingsFrom(torn, good);
  expect(stretches).toHaveLength(1);
  expect(gaps).toEqual(['v2 has no count of errors, which is not none from 12:00:30 to 12:01:00 UTC']);
});

test('a version of which every request fails is counted, though Datadog has no point for none', () => {
  const dead = answerOf([40, 40], [40, 40], [null, null], [0, 0], [0, 0], [40, 40]);
  expect(readingsFrom(dead, good).stretches.map(({ canary }) => canary.errors)).toEqual([40, 40]);
});

test('a latency that Datadog keeps in another unit than the configuration says is left out', () => {
  const gauge = Query.parse({ ...query, latency: { p95: 'shop.latency.p95', unit: 'ms' } });
  const asked = wantedOf(gauge, STEP, 'v2');
  const p95Of = (name: string) => {
    const answer = TimeseriesAnswer.parse(answerOf([40, 40], [20, 20], [20, 20], [0.9, 0.9]));
    const series = answer.data?.attributes.series ?? [];
    const unit = { family: 'time', name };
    const told = series.map((each) => (each.query_index === 3 ? { ...each, unit: [unit, null] } : each));
    Object.assign(answer.data?.attributes ?? {}, { series: told });
    return due.windows && pointsOf(answer, asked, gauge, due.windows)[0]?.latencyP95Ms;
  };
  expect(p95Of('second')).toBeNull();
  expect(p95Of('millisecond')).toBe(0.9);
});
