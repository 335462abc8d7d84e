import { z } from 'zod';

/** One number out of another, counted so far. */
const Share = z.object({ hits: z.number(), of: z.number() });

/** What one pod has counted since it began to count. Null: not measured. */
export const Totals = z.object({
  requests: z.number(),
  errors: z.number(),
  /** How many requests took at most each limit, and last of all how many there were. */
  latency: z.array(z.number()).nullable(),
  business: z.record(z.string(), Share),
  restarts: z.number().nullable(),
  /** When all of these were zero, where that is sure: when its process began. */
  beganAtMs: z.number().nullable(),
  /** How many pods it is the sum of, where there are too many to remember each; and which ones, in a hash. */
  pods: z.number().int().min(1),
  members: z.string().nullable(),
});
export type Totals = z.infer<typeof Totals>;

/** What all pods of one version have counted so far, and what they use now. */
export type ArmTotals = {
  /** By the source's own clock: everything up to then is counted. */
  readonly atMs: number;
  readonly pods: ReadonlyMap<string, Totals>;
  readonly use: Use;
};

export type Use = {
  readonly cpuPercent: number | null;
  readonly memoryPercent: number | null;
  /** For people alone; left out where nobody knows. */
  readonly memoryMb?: number | null;
  /** For sources that keep no histogram. */
  readonly latencyP95Ms: number | null;
};

/** Of a source that measures only what it counts. */
export const NO_USE: Use = { cpuPercent: null, memoryPercent: null, latencyP95Ms: null };

/** A pod that has counted requests and errors, and whatever else is known of it. */
export function totalsOf(
  known: Pick<Totals, 'requests' | 'errors'> & Partial<Omit<Totals, 'requests' | 'errors'>>,
): Totals {
  return {
    latency: null,
    business: {},
    restarts: null,
    beganAtMs: null,
    pods: 1,
    members: null,
    ...known,
  };
}

/** Why totals cannot be what somebody counted, in words that follow the name of a pod; null where they can. */
export function unsoundness({ requests, errors, latency }: Totals): string | null {
  const counts = [requests, errors, ...(latency ?? [])];
  if (counts.some((count) => Number.isNaN(count))) return 'answers NaN';
  if (counts.some((count) => !Number.isFinite(count))) return 'answers infinity';
  if (counts.some((count) => count < 0)) return 'answers a negative count';
  if (errors > requests) return 'answers more errors than requests';
  return null;
}
