import { Failed } from '../../core/failure.ts';
import type { Point } from '../windowed.ts';
import type { SeriesAnswer } from './schema.ts';

/** What Sentry said of one release, each asked by itself. */
export type Told = {
  readonly requests: SeriesAnswer;
  readonly errors: SeriesAnswer;
  readonly p95: SeriesAnswer;
};

export const AXES = {
  requests: 'count()',
  errors: 'failure_count()',
  p95: 'p95(span.duration)',
} as const;

const msPerUnit: Readonly<Record<string, number>> = {
  nanosecond: 0.000_001,
  microsecond: 0.001,
  millisecond: 1,
  second: 1_000,
};

/**
 * Sentry fills a window in which it has seen nothing with zeros, so that no requests are no numbers. A window that it
 * calls incomplete is not used. @throws {Failed} for an answer that is not to the question
 */
export function pointsOf(told: Told): readonly Point[] {
  const requests = valuesOf(told.requests, AXES.requests);
  const errors = valuesOf(told.errors, AXES.errors);
  const p95 = valuesOf(told.p95, AXES.p95);
  const perUnit = msPerUnit[told.p95.timeSeries[0]?.meta.valueUnit ?? ''];
  return [...requests].map(([startMs, counted]) => {
    const slow = p95.get(startMs) ?? null;
    return {
      startMs,
      requests: counted === 0 ? null : counted,
      errors: errors.get(startMs) ?? null,
      latencyP95Ms: slow === null || perUnit === undefined ? null : slow * perUnit,
    };
  });
}

/** One sentence where Sentry says that it kept only some of what was sent. */
export function samplingOf({ requests }: Told): readonly string[] {
  const rates = requests.timeSeries.flatMap(({ values }) => values.map(({ sampleRate }) => sampleRate ?? 1));
  const lowest = Math.min(1, ...rates);
  if (lowest === 1) return [];
  return [
    `Sentry keeps ${Number((lowest * 100).toPrecision(2))} % of the requests, and only those are counted`,
  ];
}

function valuesOf({ timeSeries }: SeriesAnswer, axis: string): ReadonlyMap<number, number | null> {
  const [series, ...more] = timeSeries;
  if (series === undefined || more.length > 0 || series.yAxis !== axis) {
    const message = `Sentry answered with something else than ${axis}`;
    throw new Failed({ code: 'misunderstood', message, retryAfterMs: null });
  }
  const isPartial = series.meta.dataScanned === 'partial';
  const values = new Map<number, number | null>();
  for (const { timestamp, value, incomplete } of series.values) {
    // What is told twice is not known.
    const isUsable = !incomplete && !isPartial && !values.has(timestamp);
    values.set(timestamp, isUsable ? value : null);
  }
  return values;
}
