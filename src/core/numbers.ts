import { z } from 'zod';

/**
 * What was measured of one release over one stretch of time. Null means "not measured", which is not zero.
 * Counters are differences over the window; latencies are quantiles read from histogram buckets.
 */
export const Numbers = z.object({
  windowMs: z.number().nonnegative(),
  requests: z.number().int().nonnegative(),
  errors: z.number().int().nonnegative(),
  latencyP50Ms: z.number().nonnegative().nullable(),
  latencyP95Ms: z.number().nonnegative().nullable(),
  /** Percent of one core. */
  cpuPercent: z.number().nonnegative().nullable(),
  memoryMb: z.number().nonnegative().nullable(),
});
export type Numbers = z.infer<typeof Numbers>;

/** Null where there were no requests: a share of nothing is not zero. */
export function errorPercent({ requests, errors }: Numbers): number | null {
  return requests === 0 ? null : (100 * errors) / requests;
}

/** `412 requests, 0.24 % errors, p95 48 ms`. */
export function sayNumbers(numbers: Numbers): string {
  const errors = errorPercent(numbers);
  return [
    `${numbers.requests} request${numbers.requests === 1 ? '' : 's'}`,
    errors === null ? null : `${round(errors)} % errors`,
    numbers.latencyP95Ms === null ? null : `p95 ${round(numbers.latencyP95Ms)} ms`,
    numbers.memoryMb === null ? null : `${round(numbers.memoryMb)} MB`,
  ]
    .filter((part) => part !== null)
    .join(', ');
}

function round(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(value >= 10 ? 1 : 2).replace(/\.?0+$/, '');
}
