import type { History, Stretch } from '../../../core/analysis/look.ts';
import type { Reading } from '../../../metric/metric.ts';
import type { Sample } from '../../../store/sample.ts';
import { added } from './sums.ts';

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

/**
 * What the old version does beside the new one, as if it had been before; null with fewer requests than that. Where
 * nothing runs beside it there is nothing to learn from, and nobody waits for it.
 */
export function besideAtFirst(stretches: readonly Reading[], requestsMin: number): History | null {
  const [first, ...others] = stretches;
  if (first === undefined) return null;
  const { latencyLimitsMs } = first;
  const sums = [first, ...others].reduce<ReturnType<typeof added> | null>(
    (so, reading) => added(so, reading, 0),
    null,
  );
  const stable = sums?.stable ?? null;
  if (stable === null || first.stable === null) return { latencyLimitsMs, looks: [] };
  if (stable.requests < requestsMin) return null;
  const fleet = { ...first.stable, ...stable };
  const durationMs = stretches.reduce((sum, reading) => sum + reading.durationMs, 0);
  return {
    latencyLimitsMs,
    looks: [{ atMs: stretches.at(-1)?.atMs ?? first.atMs, durationMs, fleet, pods: [] }],
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
