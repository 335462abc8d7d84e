import type { Stretch } from '../../../core/analysis/look.ts';
import { quantile } from '../../../core/measure.ts';
import type { Numbers } from '../../../core/numbers.ts';
import type { SourceEvidence, Sum, Sums } from '../../../core/turn.ts';
import type { Reading } from '../../../metric/metric.ts';

/** One stretch more of what both versions did since a stage began. */
export function added(sums: Sums | null, reading: Reading, sinceMs: number): Sums {
  const before = sums?.sinceMs === sinceMs ? sums : null;
  return {
    sinceMs,
    canary: plus(before?.canary ?? null, reading.canary),
    stable: reading.stable === null ? (before?.stable ?? null) : plus(before?.stable ?? null, reading.stable),
  };
}

/** What both versions did in two stretches, of which the second came after the first; null where there is neither. */
export function together(older: Sums | null, newer: Sums | null): Sums | null {
  if (older === null || newer === null) return newer ?? older;
  return {
    sinceMs: older.sinceMs,
    canary: plus(older.canary, newer.canary),
    stable: newer.stable === null ? older.stable : plus(older.stable, newer.stable),
  };
}

function plus(
  sum: Sum | null,
  { requests, errors, latency }: Pick<Stretch, 'requests' | 'errors' | 'latency'>,
): Sum {
  const earlier = sum?.latency ?? null;
  const both = earlier !== null && latency?.length === earlier.length;
  return {
    requests: (sum?.requests ?? 0) + requests,
    errors: (sum?.errors ?? 0) + errors,
    latency: both ? earlier.map((count, index) => count + (latency[index] ?? 0)) : latency && [...latency],
  };
}

/** What people are shown of one version over the stage that is watched; null where nothing was counted. */
export function numbersOf(
  { sums, latencyLimitsMs, atMs, cpuPercent, memoryMb }: Omit<SourceEvidence, 'cursor' | 'state' | 'gaps'>,
  which: 'canary' | 'stable',
): Numbers | null {
  const sum = sums?.[which] ?? null;
  if (sums === null || sum === null || atMs === null) return null;
  const isCanary = which === 'canary';
  return {
    windowMs: Math.max(0, atMs - sums.sinceMs),
    requests: Math.round(sum.requests),
    errors: Math.round(sum.errors),
    latencyP50Ms: quantileOf(sum, latencyLimitsMs, 0.5),
    latencyP95Ms: quantileOf(sum, latencyLimitsMs, 0.95),
    cpuPercent: isCanary ? cpuPercent : null,
    memoryMb: isCanary ? memoryMb : null,
  };
}

function quantileOf({ latency }: Sum, limitsMs: readonly number[], share: number): number | null {
  if (latency === null || latency.length !== limitsMs.length + 1) return null;
  let below = 0;
  const buckets = latency.map((count, index) => {
    below += count;
    return { upToMs: limitsMs[index] ?? null, count: below };
  });
  return quantile(buckets, share);
}
