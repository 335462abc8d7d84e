import type { JudgeState, Measured } from './judge-state.ts';
import type { Rules } from './rules.ts';
import { differenceAt } from './share-rule.ts';
import type { Step } from './step.ts';

type End = NonNullable<JudgeState['stage']['end']>;

/**
 * The one look at the end of a stage, with a small share of the false alarms for itself: for what is too little to be found
 * on the way, but lasted a whole stage. Standard deviations beyond normal, with what lasts in pods as a random effect.
 */
export function endOfStage(rules: Rules, state: Measured, step: Step): End | null {
  if (!step.hasControl) return null;
  const ends = [endOfErrors(rules, state, step), endOfLatency(rules, state, step)];
  return ends.filter((end) => end !== null).toSorted((a, b) => b.score - a.score)[0] ?? null;
}

/** With less than this the normal distribution is no picture of the counts. */
const VARIANCE_MIN = { errors: 12, latency: 20 };

function endOfErrors({ errors }: Rules, { errors: state }: Measured, { podFactor }: Step): End | null {
  const { beyond, variance, usual } = state;
  const tolerated = differenceAt(errors, usual, errors.tolerable - 1);
  const difference = (usual * beyond) / Math.max(1e-9, variance);
  if (variance < VARIANCE_MIN.errors || difference < 1.5 * tolerated) return null;
  const { dispersion, podSpread } = errors.normal;
  return { measure: 'errors', score: scoreOf(beyond, variance, dispersion, podSpread * podFactor) };
}

function endOfLatency({ latency }: Rules, { latency: state }: Measured, { podFactor }: Step): End | null {
  if (latency === null || state === null) return null;
  const j = latency.tolerable - 1;
  const variance = state.variances[j] ?? 0;
  const factor = latency.normal.shapes[j]?.factor ?? 1;
  // Slower by 10 % at least, to first order; a little more than what is tolerated.
  const isHarmful = (state.beyond / Math.max(1e-9, variance)) * Math.log(factor) > 1.24 * Math.log(factor);
  if (variance < VARIANCE_MIN.latency || !isHarmful) return null;
  const [dispersion = 1, podSpread = 0] = [latency.dispersions[j], latency.podSpreads[j]];
  return { measure: 'latency', score: scoreOf(state.beyond, variance, dispersion, podSpread * podFactor) };
}

function scoreOf(beyond: number, variance: number, dispersion: number, spread: number): number {
  return beyond / Math.sqrt(dispersion * variance + spread * variance * variance);
}
