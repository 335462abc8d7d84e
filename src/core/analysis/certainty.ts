import type { JudgeState } from './judge-state.ts';
import type { Rules } from './rules.ts';
import { moved } from './share-rule.ts';
import { apartBy, clamped, oneSample } from './two-shares.ts';

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
  const apart = apartBy(canary, stable, points);
  const gained = -oneSample(canary, equal, moved(apart, points)) - oneSample(stable, equal, apart);
  return gained / (dispersion + podSpread * stage.podFactor * variance);
}

/** The same for latency: that it is not slower by as much as may just be let through. */
export function certaintyOfLatency({ latency }: JudgeState): number {
  return latency?.safe ?? 0;
}
