import type { Look, Share, Stretch } from './look.ts';

/** Why a look cannot be believed; null: nothing stands against it. Such a look adds no evidence, in neither direction. */
export function troubleWith(look: Look, lastAtMs: number | null, buckets: number | null): string | null {
  return (
    timeTrouble(look, lastAtMs) ??
    stretchTrouble(look.canary, 'the new version', buckets) ??
    (look.stable === null ? null : stretchTrouble(look.stable, 'the old version', buckets))
  );
}

function timeTrouble({ atMs, durationMs, stage }: Look, lastAtMs: number | null): string | null {
  if (!isCount(durationMs) || durationMs === 0) return 'a reading covers no time';
  if (!Number.isFinite(atMs)) return 'a reading has no time';
  if (lastAtMs !== null && atMs <= lastAtMs) return 'a reading is not newer than the one before it';
  if (lastAtMs !== null && atMs - durationMs < lastAtMs - OVERLAP_MS) {
    return 'a reading covers time that was read before';
  }
  if (!Number.isInteger(stage.index) || stage.index < 0 || !isCount(stage.ageMs)) {
    return 'a reading belongs to no stage';
  }
  return null;
}

/** Clocks are rounded; less than this is no overlap. */
const OVERLAP_MS = 100;

/** What makes the numbers of one version impossible, in words; null when they are possible. */
export function stretchTrouble(stretch: Stretch, who: string, buckets: number | null): string | null {
  const { requests, errors, latency } = stretch;
  if (!isCount(requests)) return `the requests of ${who} are ${name(requests)}`;
  if (!isCount(errors)) return `the errors of ${who} are ${name(errors)}`;
  if (errors > requests + ROUNDING) return `${who} has more errors than requests`;
  if (!isCount(stretch.pods) || stretch.pods < 1) return `${who} has no pods`;
  const trouble = latency === null ? null : bucketTrouble(latency, requests, who, buckets);
  return trouble ?? gaugeTrouble(stretch, who) ?? businessTrouble(stretch.business, who);
}

function bucketTrouble(latency: readonly number[], requests: number, who: string, buckets: number | null) {
  if (buckets !== null && latency.length !== buckets) {
    return `the histogram of ${who} has ${latency.length} buckets instead of ${buckets}`;
  }
  let sum = 0;
  for (let k = 0; k < latency.length; k += 1) {
    const count = latency[k] as number;
    if (!isCount(count)) return `a bucket of the histogram of ${who} is ${name(count)}`;
    sum += count;
  }
  // Two counters of one process are not read in the same instant, so a few requests may be in one of them only.
  if (Math.abs(sum - requests) > Math.max(1, 0.01 * requests) + ROUNDING) {
    return `the histogram of ${who} counts ${round(sum)} requests, but there were ${round(requests)}`;
  }
  return null;
}

function gaugeTrouble(stretch: Stretch, who: string): string | null {
  const { latencyP95Ms, cpuPercent, memoryPercent, restarts } = stretch;
  if (latencyP95Ms !== null && !isCount(latencyP95Ms)) return `the p95 of ${who} is ${name(latencyP95Ms)}`;
  if (cpuPercent !== null && !isCount(cpuPercent)) return `the cpu of ${who} is ${name(cpuPercent)}`;
  if (memoryPercent !== null && !isCount(memoryPercent))
    return `the memory of ${who} is ${name(memoryPercent)}`;
  if (restarts !== null && !isCount(restarts)) return `the restarts of ${who} are ${name(restarts)}`;
  return null;
}

function businessTrouble(business: Readonly<Record<string, Share>>, who: string): string | null {
  for (const counter in business) {
    const { hits = Number.NaN, of = Number.NaN } = business[counter] ?? {};
    if (!isCount(hits) || !isCount(of)) return `${counter} of ${who} is ${name(isCount(hits) ? of : hits)}`;
    if (hits > of + ROUNDING) return `${counter} of ${who} happened more often than it could`;
  }
  return null;
}

/** Counters that were interpolated are not whole numbers. */
const ROUNDING = 1e-6;

function isCount(value: number): boolean {
  return value >= 0 && value < Number.POSITIVE_INFINITY;
}

function name(value: number): string {
  if (Number.isNaN(value)) return 'not a number';
  return value < 0 ? 'negative' : 'without end';
}

function round(value: number): string {
  return value.toFixed(0);
}
