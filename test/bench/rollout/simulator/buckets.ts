import type { Dice } from './dice.ts';
import { normalBelow } from './normal.ts';
import type { World } from './world.ts';

export type Shape = World['latency']['shapes'][number];

/** Which share of the requests is answered within a time, given as its logarithm. */
export type Curve = (logMs: number) => number;

const STEP_LOG = 0.01;
const FROM_LOG = -3;
const STEPS = 1_800;
/** Every arm of every rollout asks for the same one. */
const known = new WeakMap<readonly Shape[], Curve>();

/** A table of the distribution, from 50 µs to an hour: straight lines between steps of one percent lie close enough. */
export function curveOf(shapes: readonly Shape[]): Curve {
  const curve = known.get(shapes) ?? tabled(shapes);
  known.set(shapes, curve);
  return curve;
}

function tabled(shapes: readonly Shape[]): Curve {
  const table = Float64Array.from({ length: STEPS + 1 }, (_, step) =>
    below(FROM_LOG + step * STEP_LOG, shapes),
  );
  return (logMs) => {
    const place = (logMs - FROM_LOG) / STEP_LOG;
    const step = Math.floor(place);
    if (step < 0) return 0;
    if (step >= STEPS) return 1;
    const low = table[step] ?? 0;
    return low + (place - step) * ((table[step + 1] ?? 1) - low);
  };
}

function below(logMs: number, shapes: readonly Shape[]): number {
  let share = 0;
  for (const { percent, medianMs, sigma } of shapes)
    share += (percent / 100) * normalBelow((logMs - Math.log(medianMs)) / sigma);
  return share;
}

/** A share of the requests that takes so many times longer, given as a logarithm. */
export type Tail = { readonly share: number; readonly log: number };

/** Which share falls into each bucket when all are slower by a factor, and some even more: one more than limits. */
export function bucketShares(
  logLimits: readonly number[],
  curve: Curve,
  slowerLog: number,
  tail: Tail,
): number[] {
  const shares = new Array<number>(logLimits.length + 1).fill(0);
  let before = 0;
  for (let bucket = 0; bucket < logLimits.length; bucket += 1) {
    const at = (logLimits[bucket] ?? 0) - slowerLog;
    const usual = curve(at);
    const within = tail.share === 0 ? usual : usual + tail.share * (curve(at - tail.log) - usual);
    shares[bucket] = Math.max(0, within - before);
    before = within;
  }
  shares[logLimits.length] = Math.max(0, 1 - before);
  return shares;
}

/** Throws so many requests into the buckets. */
export function thrown(dice: Dice, requests: number, shares: readonly number[]): number[] {
  const counts = new Array<number>(shares.length).fill(0);
  const last = shares.length - 1;
  let left = requests;
  let shareLeft = 1;
  for (let bucket = 0; bucket < last && left > 0; bucket += 1) {
    const share = shares[bucket] ?? 0;
    const count = dice.binomial(left, Math.min(1, share / shareLeft));
    counts[bucket] = count;
    left -= count;
    shareLeft = Math.max(1e-12, shareLeft - share);
  }
  counts[last] = (counts[last] ?? 0) + left;
  return counts;
}

/** The quantile as Prometheus' `histogram_quantile` tells it: straight lines within a bucket. Null without requests. */
export function quantileOf(
  counts: readonly number[],
  limitsMs: readonly number[],
  quantile: number,
): number | null {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total < 0.5) return null;
  const rank = quantile * total;
  let before = 0;
  for (const [bucket, count] of counts.entries()) {
    const highMs = limitsMs[bucket];
    if (highMs === undefined) break;
    if (before + count >= rank) {
      const lowMs = limitsMs[bucket - 1] ?? 0;
      return lowMs + ((highMs - lowMs) * (rank - before)) / count;
    }
    before += count;
  }
  return limitsMs.at(-1) ?? null;
}
