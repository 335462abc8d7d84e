import { bucketsFrom } from '../buckets.ts';
import type { Point } from '../windowed.ts';
import type { Windows } from '../windows.ts';
import type { Row } from './client.ts';

/** The rows of one version; null: all of them, where versions were not asked for. */
export function pointsOf(
  rows: readonly Row[],
  label: string | null,
  limits: number,
  { stepMs }: Windows,
): readonly Point[] {
  return rows.filter((row) => facetOf(row) === label).map((row) => pointOf(row, limits, stepMs));
}

function facetOf({ facet }: Row): string | null {
  return (Array.isArray(facet) ? facet[0] : facet) ?? null;
}

function pointOf(row: Row, limits: number, stepMs: number): Point {
  const startMs = row.beginTimeSeconds * 1_000;
  // A window that is longer or shorter than what was asked for is another one, and so are its counts.
  const isWhole = row.endTimeSeconds * 1_000 === startMs + stepMs;
  const requests = numberOf(row['requests']);
  const telling = numberOf(row['telling']);
  const isTold = isWhole && telling !== null && telling > 0 && telling <= (requests ?? 0);
  const atMost = Array.from({ length: limits }, (_, index) => numberOf(row[`atMost${index}`]));
  return {
    startMs,
    // Those alone that say whether they have failed, where there are any: what says nothing has not succeeded.
    requests: isTold ? telling : isWhole ? requests || null : null,
    errors: isTold ? numberOf(row['errors']) : null,
    latency: bucketsFrom([...atMost, numberOf(row['timed'])]),
  };
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}
