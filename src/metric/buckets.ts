/** Usual limits where a source counts below any limit that it is asked for: those of Prometheus' own clients. */
export const USUAL_LIMITS_MS = [5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000] as const;

/**
 * From how many were at most so slow, rising and with all of them last, to how many lie between two limits. Null where
 * one is not known, or where fewer lie below a higher limit.
 */
export function bucketsFrom(atMost: readonly (number | null)[]): readonly number[] | null {
  const counts = atMost.map((count, index) =>
    count === null ? Number.NaN : count - (index === 0 ? 0 : (atMost[index - 1] ?? Number.NaN)),
  );
  return counts.every((count) => Number.isFinite(count) && count >= 0) ? counts : null;
}
