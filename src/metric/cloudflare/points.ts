import type { Point } from '../windowed.ts';
import type { Row } from './client.ts';

const US_PER_MS = 1_000;

/** @param versionId null for rows of all versions as one */
export function pointsOf(rows: readonly Row[], versionId: string | null): readonly Point[] {
  return rows.filter(({ dimensions }) => (dimensions.scriptVersion ?? null) === versionId).map(pointOf);
}

/**
 * Sums are estimates: what was seen, times the mean of how many invocations one that was seen stands for. Only what was
 * seen is evidence, so that it is counted back (Cloudflare's documentation, "Sampling").
 */
function pointOf({ dimensions, avg, sum, quantiles }: Row): Point {
  const interval = avg?.sampleInterval ?? null;
  const per = interval !== null && interval >= 1 && isNumber(interval) ? interval : null;
  const seen = (estimate: number | null | undefined) =>
    per === null || estimate == null || !isNumber(estimate) ? null : estimate / per;
  const p95 = quantiles?.wallTimeP95 ?? null;
  return {
    startMs: Date.parse(dimensions.datetimeMinute),
    requests: seen(sum.requests),
    errors: seen(sum.errors),
    latencyP95Ms: p95 === null ? null : p95 / US_PER_MS,
  };
}

/** Two numbers beyond all numbers would make a small one. */
function isNumber(value: number): boolean {
  return value <= Number.MAX_SAFE_INTEGER;
}

/** One sentence where only some of what happened was seen. */
export function samplingOf(rows: readonly Row[]): readonly string[] {
  const intervals = rows.map(({ avg }) => avg?.sampleInterval ?? 1);
  const coarsest = Math.max(1, ...intervals);
  if (!(coarsest > 1)) return [];
  return [`Cloudflare saw one of ${Number(coarsest.toFixed(1))} invocations, and only those are counted`];
}
