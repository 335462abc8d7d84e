import type { LatencyNormal } from './calibration.ts';

/** The shapes of a calibration in the form in which they are multiplied with histograms. */
export type LatencyRule = {
  readonly normal: LatencyNormal;
  readonly groups: Uint8Array;
  readonly groupCount: number;
  /** Row by row, the last one is the worst acceptable shape: its logarithmic ratios, and those as plain ratios. */
  readonly logs: readonly Float64Array[];
  readonly ratios: readonly Float64Array[];
  /** Mean ratio under what is usual, for stages without a control. */
  readonly aloneMeans: Float64Array;
  readonly dispersions: Float64Array;
  readonly podSpreads: Float64Array;
  readonly weights: Float64Array;
  readonly shapes: number;
  readonly tolerable: number;
  readonly tolerableAlone: number;
};

/** Without a control, everything within so many standard deviations of the fleet's own changes is no news. */
const ALONE_SD = 4;
/** Half an hour of history shows too little of how a day goes. */
const OVER_TIME_SD_MIN = 0.06;

export function latencyRule(normal: LatencyNormal): LatencyRule {
  const all = [...normal.shapes, normal.worstAcceptable];
  const logs = all.map(({ ratios }) => Float64Array.from(ratios));
  const ratios = logs.map((row) => row.map(Math.exp));
  const tolerable = normal.shapes.filter(({ isTolerable }) => isTolerable).length;
  const factors = normal.shapes.filter(({ isTolerable, factor }) => !isTolerable && factor !== null);
  const near = factors.filter(
    ({ factor }) => Math.log(factor ?? 1) < ALONE_SD * Math.max(OVER_TIME_SD_MIN, normal.overTimeSd),
  ).length;
  return {
    normal,
    groups: Uint8Array.from(normal.groups),
    groupCount: normal.shares.length,
    logs,
    ratios,
    aloneMeans: Float64Array.from(ratios, (row) => Math.log(meanOf(row, normal.shares))),
    dispersions: Float64Array.from(all, ({ dispersion }) => dispersion),
    podSpreads: Float64Array.from(all, ({ podSpread }) => podSpread),
    weights: new Float64Array(normal.shapes.length).fill(1),
    shapes: normal.shapes.length,
    tolerable,
    tolerableAlone: tolerable + Math.min(factors.length - 1, Math.max(1, near)),
  };
}

function meanOf(row: Float64Array, shares: readonly number[]): number {
  return row.reduce((sum, ratio, k) => sum + ratio * (shares[k] ?? 0), 0);
}
