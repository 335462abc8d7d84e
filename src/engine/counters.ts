import type { CountersAt } from '../core/event.ts';
import type { Counters } from '../platform/platform.ts';

/** Counters as they can be kept: JSON has no infinity, so that the open end of a histogram is null. */
export function storedCounters({ atMs, requests, errors, latencyBuckets }: Counters): CountersAt {
  return {
    atMs,
    requests,
    errors,
    latencyBuckets: latencyBuckets.map(({ upToMs, count }) => ({
      upToMs: Number.isFinite(upToMs) ? upToMs : null,
      count,
    })),
  };
}
