import type { Dice } from './dice.ts';
import { normalBelow } from './normal.ts';
import type { World } from './world.ts';

export type Shape = World['latency']['shapes'][number];

/** Which share of the requests falls into each bucket when all are slower by a factor: one bucket more than limits. */
export function bucketShares(
  limitsMs: readonly number[],
  shapes: readonly Shape[],
  shiftLog: number,
): number[] {
  const shares = new Array<number>(limitsMs.length + 1).fill(0);
  let before = 0;
  for (let bucket = 0; bucket < limitsMs.length; bucket += 1) {
    const below = shareBelow(Math.log(limitsMs[bucket] ?? 0) - shiftLog, shapes);
    shares[bucket] = Math.max(0, below - before);
    before = below;
  }
  shares[limitsMs.length] = Math.max(0, 1 - before);
  return shares;
}

function shareBelow(logMs: number, shapes: readonly Shape[]): number {
  let below = 0;
  for (const { percent, medianMs, sigma } of shapes)
    below += (percent / 100) * normalBelow((logMs - Math.log(medianMs)) / sigma);
  return below;
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
