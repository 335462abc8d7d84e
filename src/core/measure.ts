import type { CountersAt } from './event.ts';
import type { Numbers } from './numbers.ts';

type Usage = Pick<Numbers, 'cpuPercent' | 'memoryMb'>;

/**
 * What happened between two readings of the same counters, or null when that cannot be known: a counter that went
 * down was reset, and a time that did not move on is a stale answer.
 */
export function between(from: CountersAt, to: CountersAt, { cpuPercent, memoryMb }: Usage): Numbers | null {
  const counted = countedBetween(from, to);
  if (counted === null) return null;
  const { latencyBuckets, ...counts } = counted;
  return {
    ...counts,
    latencyP50Ms: quantile(latencyBuckets, 0.5),
    latencyP95Ms: quantile(latencyBuckets, 0.95),
    cpuPercent,
    memoryMb,
  };
}

export type Counted = Pick<Numbers, 'windowMs' | 'requests' | 'errors'> & {
  readonly latencyBuckets: CountersAt['latencyBuckets'];
};

/** The difference itself, before quantiles are read from it; null when it cannot be known. */
export function countedBetween(from: CountersAt, to: CountersAt): Counted | null {
  const requests = to.requests - from.requests;
  const errors = to.errors - from.errors;
  const windowMs = to.atMs - from.atMs;
  if (windowMs <= 0 || requests < 0 || errors < 0 || errors > requests) return null;
  const latencyBuckets = difference(from, to);
  return latencyBuckets === null ? null : { windowMs, requests, errors, latencyBuckets };
}

type Bucket = CountersAt['latencyBuckets'][number];

/** Several histograms as one. None where their limits differ: nothing can be added up then. */
export function sumOfBuckets(histograms: readonly (readonly Bucket[])[]): Bucket[] {
  const [first, ...others] = histograms;
  if (first === undefined) return [];
  const hasSameLimits = others.every(
    (each) =>
      each.length === first.length && each.every(({ upToMs }, index) => upToMs === first[index]?.upToMs),
  );
  if (!hasSameLimits) return [];
  return first.map(({ upToMs }, index) => ({
    upToMs,
    count: histograms.reduce((sum, each) => sum + (each[index]?.count ?? 0), 0),
  }));
}

function difference(from: CountersAt, to: CountersAt): Bucket[] | null {
  const earlier = new Map(from.latencyBuckets.map(({ upToMs, count }) => [upToMs, count]));
  const buckets = to.latencyBuckets.map(({ upToMs, count }) => ({
    upToMs,
    count: count - (earlier.get(upToMs) ?? 0),
  }));
  return buckets.some(({ count }) => count < 0) ? null : buckets;
}

/**
 * As Prometheus' `histogram_quantile` reads it: linear inside the bucket in which the quantile falls. In the last,
 * open bucket the answer is that bucket's lower limit, which is all that is known. Null without observations.
 */
export function quantile(buckets: readonly Bucket[], share: number): number | null {
  const total = buckets.at(-1)?.count ?? 0;
  if (total === 0) return null;
  const rank = share * total;
  const index = buckets.findIndex(({ count }) => count >= rank);
  const bucket = buckets[index];
  const below = buckets[index - 1];
  const lower = below?.upToMs ?? 0;
  if (bucket === undefined || bucket.upToMs === null) return lower;
  const inside = bucket.count - (below?.count ?? 0);
  if (inside === 0) return bucket.upToMs;
  return lower + (bucket.upToMs - lower) * ((rank - (below?.count ?? 0)) / inside);
}
