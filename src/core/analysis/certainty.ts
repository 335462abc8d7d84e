import type { JudgeState } from './judge-state.ts';
import type { Share } from './look.ts';
import type { Rules } from './rules.ts';
import { oneSample } from './share-evidence.ts';
import { moved } from './share-rule.ts';

/**
 * How sure it is that the new version does not have `points` (a share) more errors than the old one, in this stage: the
 * logarithm of the likelihood that there is no difference over that of just such a difference, each with the share of
 * errors that suits it best. Divided by the noise of the service, as evidence is. Where nothing runs beside it, against
 * what is usual.
 */
export function certaintyOfErrors({ errors }: Rules, state: JudgeState, points: number): number {
  const { stage } = state;
  const { usual, variance } = state.errors;
  const { dispersion, podSpread, overTime } = errors.normal;
  const canary = { hits: stage.canary.errors, of: stage.canary.requests };
  if (!stage.hasControl) return -oneSample(canary, usual, moved(usual, points)) / overTime;

  const stable = { hits: stage.stable.errors, of: stage.stable.requests };
  const hits = canary.hits + stable.hits;
  const of = canary.of + stable.of;
  const equal = clamped(hits / of);
  const apart = clamped(mostLikely(canary, stable, points));
  const gained = -oneSample(canary, equal, moved(apart, points)) - oneSample(stable, equal, apart);
  return gained / (dispersion + podSpread * stage.podFactor * variance);
}

/**
 * The old version's share that suits what both had best, if the new one had `points` more: where the derivative of the
 * likelihood of two Poisson counts is zero, of.s² + (of.points - hits).s - stable.hits.points = 0.
 */
function mostLikely(canary: Share, stable: Share, points: number): number {
  const of = canary.of + stable.of;
  const half = (of * points - canary.hits - stable.hits) / 2;
  return (Math.sqrt(half * half + of * stable.hits * points) - half) / of;
}

function clamped(share: number): number {
  return Math.min(0.98, Math.max(1e-6, share));
}

/** The same for latency: that it is not slower by as much as may just be let through. */
export function certaintyOfLatency({ latency }: JudgeState): number {
  return latency?.safe ?? 0;
}
