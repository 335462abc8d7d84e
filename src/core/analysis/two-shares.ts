import type { Share } from './look.ts';

/** Logarithm of how much likelier these hits are with a share of `other` than with `usual`. */
export function oneSample({ hits, of }: Share, usual: number, other: number): number {
  return hits * Math.log(other / usual) + (of - hits) * Math.log((1 - other) / (1 - usual));
}

/**
 * The old version's share that suits what both had best, if the new one had `points` more: where the derivative of the
 * likelihood of two Poisson counts is zero, of.s² + (of.points - hits).s - stable.hits.points = 0.
 */
export function apartBy(canary: Share, stable: Share, points: number): number {
  const of = canary.of + stable.of;
  const half = (of * points - canary.hits - stable.hits) / 2;
  return clamped((Math.sqrt(half * half + of * stable.hits * points) - half) / of);
}

/** No share is nothing or all. */
export function clamped(share: number): number {
  return Math.min(0.98, Math.max(1e-6, share));
}

/**
 * Logarithm of how much likelier the hits of both are with the share that each had than with the new version's beyond the
 * old one's by exactly `points` (a share); 0 where it is not beyond.
 */
export function surelyMore(canary: Share, stable: Share, points: number): number {
  if (canary.of === 0 || stable.of === 0) return 0;
  const own = clamped(canary.hits / canary.of);
  const other = clamped(stable.hits / stable.of);
  if (own - other <= points) return 0;
  const apart = apartBy(canary, stable, points);
  return -oneSample(canary, own, Math.min(0.98, apart + points)) - oneSample(stable, other, apart);
}
