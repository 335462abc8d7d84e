import type { History, Stretch } from '../../../core/analysis/look.ts';
import type { Sample } from '../../../store/sample.ts';

/** Of a stretch that was hardly measured nobody knows what it was like. */
const MEASURED_MIN = 0.9;

/**
 * What is normal at a place, from what was sampled of it for charts: of everything that served there together, so that
 * nobody knows how much its copies differ. Null where nothing was. Latency is left out where the buckets have changed.
 */
export function historyOf(samples: readonly Sample[]): History | null {
  const whole = samples.filter(
    ({ fromMs, toMs, measuredMs }) => toMs > fromMs && measuredMs >= MEASURED_MIN * (toMs - fromMs),
  );
  const newest = whole.findLast(({ latencyBuckets }) => latencyBuckets.length > 0);
  if (whole.length === 0) return null;
  const limitsMs = newest === undefined ? [] : limitsOf(newest);
  return {
    latencyLimitsMs: limitsMs,
    looks: whole.map((sample) => ({
      atMs: sample.toMs,
      durationMs: sample.toMs - sample.fromMs,
      fleet: stretchOf(sample, limitsMs),
      pods: [],
    })),
  };
}

function limitsOf({ latencyBuckets }: Sample): number[] {
  return latencyBuckets.flatMap(({ upToMs }) => upToMs ?? []);
}

function stretchOf(sample: Sample, limitsMs: readonly number[]): Stretch {
  const { requests, errors, latencyBuckets } = sample;
  const isAlike = latencyBuckets.length > 0 && String(limitsOf(sample)) === String(limitsMs);
  const counts = latencyBuckets.map(({ count }, index) => count - (latencyBuckets[index - 1]?.count ?? 0));
  return {
    requests,
    errors,
    latency: isAlike && counts.length === limitsMs.length + 1 ? counts : null,
    latencyP95Ms: null,
    cpuPercent: null,
    memoryPercent: null,
    restarts: null,
    business: {},
    pods: 1,
  };
}
