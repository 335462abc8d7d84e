import { shiftOf } from './mann-whitney.ts';

/**
 * Kayenta's NetflixACAJudge (spinnaker/kayenta @a69573b, Apache-2.0: MannWhitneyClassifier.scala, MannWhitney.scala,
 * WeightedSumScorer.scala), its decision written anew: an interval of 98 % for the shift, a band about zero of a
 * quarter of the estimate, and a size of the effect (the ratio of the means) that has to be reached as well.
 */
export type Classification = {
  readonly kind: 'pass' | 'high' | 'low' | 'no-data';
  readonly effect: number | null;
};

export type Demand = {
  readonly tolerance: number;
  readonly confidence: number;
  /** Only an effect at least this large counts as higher; 1: any. */
  readonly allowedIncrease: number;
  readonly allowedDecrease: number;
};

/** What Kayenta takes unless somebody says otherwise. */
export const usualDemand: Demand = {
  tolerance: 0.25,
  confidence: 0.98,
  allowedIncrease: 1,
  allowedDecrease: 1,
};

/** How the experiment compares with the control. Values that are not there are left out before. */
export function classify(
  control: readonly number[],
  experiment: readonly number[],
  demand: Demand = usualDemand,
): Classification {
  if (control.length === 0 || experiment.length === 0) return { kind: 'no-data', effect: null };
  if (isSame(control, experiment)) return { kind: 'pass', effect: 1 };
  const effect = meanRatio(control, experiment);
  // Where both never change, Kayenta adds a little noise to be able to rank; the outcome is the order of the two.
  const isConstant = new Set(control).size === 1 && new Set(experiment).size === 1;
  const shift = isConstant
    ? constantShift((experiment[0] ?? 0) - (control[0] ?? 0))
    : shiftOf(experiment, control, demand.confidence);
  const band = demand.tolerance * Math.abs(shift.estimate);
  if (shift.low > band && (effect === null || effect >= demand.allowedIncrease))
    return { kind: 'high', effect };
  if (shift.high < -band && (effect === null || effect <= demand.allowedDecrease))
    return { kind: 'low', effect };
  return { kind: 'pass', effect };
}

function constantShift(difference: number) {
  return { low: difference, high: difference, estimate: difference };
}

function isSame(control: readonly number[], experiment: readonly number[]): boolean {
  if (control.length !== experiment.length) return false;
  const sorted = experiment.toSorted((a, b) => a - b);
  return control.toSorted((a, b) => a - b).every((value, index) => value === sorted[index]);
}

/** Null where one of the means is zero: no ratio, no demand. */
function meanRatio(control: readonly number[], experiment: readonly number[]): number | null {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [before, after] = [mean(control), mean(experiment)];
  return before === 0 || after === 0 ? null : after / before;
}
