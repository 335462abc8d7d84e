/** Cumulative counts by their upper limits in milliseconds; the open one is `Infinity`. */
export type Histogram = ReadonlyMap<number, number>;

/** Limits are read from text and multiplied: the same one may differ in its last digit. */
const DIGITS = 9;

function sameLimit(limit: number): number {
  return Number(limit.toPrecision(DIGITS));
}

/** The finite limits that all of them have, rising. Where buckets are split differently, these still mean the same. */
export function commonLimits(histograms: readonly Histogram[]): number[] {
  const [first, ...others] = histograms.map((each) => new Set([...each.keys()].map(sameLimit)));
  if (first === undefined) return [];
  return [...first]
    .filter((limit) => Number.isFinite(limit) && others.every((each) => each.has(limit)))
    .toSorted((a, b) => a - b);
}

/** One count for each limit, and the open one last; null where the histogram does not have all of them. */
export function countsAt(limits: readonly number[], histogram: Histogram): number[] | null {
  const known = new Map([...histogram].map(([limit, count]) => [sameLimit(limit), count]));
  const counts = [...limits, Number.POSITIVE_INFINITY].flatMap((limit) => known.get(limit) ?? []);
  return counts.length > 1 && counts.length === limits.length + 1 ? counts : null;
}

/** Whether one of them counts in seconds what the other counts in milliseconds. */
export function isUnitJump(some: readonly number[], others: readonly number[]): boolean {
  if (some.length === 0 || some.length !== others.length) return false;
  const isTimes = (factor: number) =>
    some.every((limit, index) => Math.abs(limit * factor - (others[index] ?? 0)) <= 1e-6 * limit * factor);
  return isTimes(1_000) || isTimes(1 / 1_000);
}

export function areSameLimits(some: readonly number[], others: readonly number[]): boolean {
  return some.length === others.length && some.every((limit, index) => limit === others[index]);
}

/**
 * The limits that all histograms of both versions have; and why there are none, although both keep some. Numbers of one in
 * seconds and of the other in milliseconds are never compared.
 */
export function limitsOfBoth(
  canary: readonly Histogram[],
  stable: readonly Histogram[],
): { readonly limitsMs: number[]; readonly gaps: string[] } {
  const limitsMs = commonLimits([...canary, ...stable]);
  if (canary.length === 0 || stable.length === 0) return { limitsMs, gaps: [] };
  if (isUnitJump(commonLimits(canary), commonLimits(stable))) {
    const jump =
      'latency: the limits of canary and stable differ a thousandfold, as seconds and milliseconds';
    return { limitsMs: [], gaps: [jump] };
  }
  return {
    limitsMs,
    gaps: limitsMs.length === 0 ? ['latency: canary and stable have no limit in common'] : [],
  };
}
