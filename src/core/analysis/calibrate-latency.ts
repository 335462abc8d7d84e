import type { LatencyNormal } from './calibration.ts';
import { groupsOf, logRatios, longTail, slower } from './latency-shapes.ts';
import { shareBelow } from './normal.ts';
import { blocksOf, dispersionOf, noiseOf, type Scores, spreadOverTime, variationOf } from './scores.ts';

/** Histograms over the history, look by look; a pod has none where it was not measured. */
export type LatencySeries = {
  readonly limitsMs: readonly number[];
  readonly fleet: readonly (readonly number[])[];
  readonly pods: readonly (readonly (readonly number[] | null)[])[];
  readonly lookMs: number;
};

type Percents = { readonly tolerated: number; readonly acceptable: number };

const PRIOR_DISPERSION = 2;
const PRIOR_DISPERSION_UNSEEN = 8;
/** One pod is 4 % slower or quicker than the next one. */
const PRIOR_POD_SD = 0.04;
/** Slow tails: so many of all requests take six times as long. */
const TAILS = [0.03, 0.08, 0.25];

/** What a histogram normally looks like, how it would look if something were wrong, and how much it varies by itself. */
export function calibrateLatency(series: LatencySeries, percents: Percents): LatencyNormal | null {
  const { limitsMs, fleet, lookMs } = series;
  if (limitsMs.length < 2) return null;
  const totals = limitsMs.concat(0).map((_, k) => fleet.reduce((sum, counts) => sum + (counts[k] ?? 0), 0));
  const groups = groupsOf(totals);
  const grouped = (counts: readonly number[]) => regroup(counts, groups);
  const groupLimitsMs = limitsMs.filter((_, k) => groups[k] !== groups[k + 1]);
  const shares = sharesOf(grouped(fleet.length === 0 ? unknownCounts(limitsMs) : totals));

  const seen = {
    fleet: fleet.map(grouped),
    pods: series.pods.map((pod) => pod.map((counts) => (counts === null ? null : grouped(counts)))),
    lookMs,
  };
  const unit = logRatios(slower(shares, groupLimitsMs, 1 + percents.tolerated / 100), shares);
  const shape = (factor: number | null, other: readonly number[], isTolerable: boolean) => {
    const ratios = logRatios(other, shares);
    const noise = shapeNoise(ratios, unit, shares, seen, percents.tolerated);
    return { factor, isTolerable, ratios, ...noise };
  };
  const whole = (factor: number, isTolerable: boolean) =>
    shape(factor, slower(shares, groupLimitsMs, factor), isTolerable);

  const overTime = againstItself(seen.fleet, unit, shares);
  // Where nobody knows how latency wanders over time, it cannot be judged without a control.
  const prior = { dispersion: fleet.length === 0 ? 200 : 4, blocks: 5 };
  return {
    limitsMs: [...limitsMs],
    groups,
    groupLimitsMs,
    shares,
    shapes: [
      ...tolerable(percents.tolerated).map((factor) => whole(factor, true)),
      ...harmful(percents.tolerated).map((factor) => whole(factor, false)),
      ...TAILS.map((share) => shape(null, longTail(shares, groupLimitsMs, share), false)),
    ],
    worstAcceptable: whole(1 + percents.acceptable / 100, false),
    overTime: Math.max(
      2,
      dispersionOf(variationOf([overTime], blocksOf(120_000, lookMs)), prior.dispersion, prior.blocks),
    ),
    overTimeSd: spreadOverTime(overTime, blocksOf(60_000, lookMs)) * Math.log(1 + percents.tolerated / 100),
  };
}

function tolerable(percent: number): number[] {
  return [1 + percent / 200, 1 + percent / 100];
}

/** From clearly beyond what is tolerated, each 1.7 times further on the logarithmic scale, up to about four times slower. */
function harmful(percent: number): number[] {
  const unit = Math.log(1 + percent / 100);
  const factors = [1, 2, 3, 4, 5, 6, 7].map((power) => Math.exp(unit * 1.7 ** power));
  return factors.filter((factor, i) => i < 2 || factor < 4);
}

type Seen = {
  readonly fleet: readonly (readonly number[])[];
  readonly pods: readonly (readonly (readonly number[] | null)[])[];
  readonly lookMs: number;
};

/**
 * Every shape has its own noise: a pod that is 4 % slower moves the middle of the histogram and hardly its tail. The priors
 * are scaled by how much the shape looks like a plain shift (its squared correlation with one).
 */
function shapeNoise(
  ratios: readonly number[],
  unit: readonly number[],
  shares: readonly number[],
  seen: Seen,
  toleratedPercent: number,
): { dispersion: number; podSpread: number } {
  const own = covariance(ratios, ratios, shares);
  const shift = covariance(unit, unit, shares);
  const likeness = Math.min(1, covariance(ratios, unit, shares) ** 2 / Math.max(1e-12, own * shift));
  const podUnits = (PRIOR_POD_SD / Math.log(1 + toleratedPercent / 100)) ** 2;
  const priorSpread = (podUnits * likeness * shift) / Math.max(1e-12, own);

  const scores = seen.pods.map((pod) => againstFleet(pod, seen.fleet, ratios));
  const prior = seen.pods.length > 0 ? PRIOR_DISPERSION : PRIOR_DISPERSION_UNSEEN;
  const usual = { dispersion: 1.3 + (prior - 1.3) * likeness, blocks: 10 };
  return noiseOf(scores, seen.lookMs, usual, priorSpread);
}

/** A pod's score beyond its part of the fleet's, with the variance of drawing its requests from all of the fleet's. */
function againstFleet(
  pod: readonly (readonly number[] | null)[],
  fleet: readonly (readonly number[])[],
  ratios: readonly number[],
): Scores {
  const beyond = new Float64Array(fleet.length);
  const variance = new Float64Array(fleet.length);
  fleet.forEach((all, i) => {
    const own = pod[i] ?? null;
    const requests = sum(all);
    if (own === null || requests === 0) return;
    const mean = dot(ratios, all) / requests;
    const spread = dotSquared(ratios, all) / requests - mean * mean;
    beyond[i] = dot(ratios, own) - sum(own) * mean;
    variance[i] = sum(own) * (1 - sum(own) / requests) * spread;
  });
  return { beyond, variance };
}

function againstItself(
  fleet: readonly (readonly number[])[],
  ratios: readonly number[],
  shares: readonly number[],
): Scores {
  const mean = dot(ratios, shares);
  const spread = dotSquared(ratios, shares) - mean * mean;
  return {
    beyond: Float64Array.from(fleet, (counts) => dot(ratios, counts) - sum(counts) * mean),
    variance: Float64Array.from(fleet, (counts) => sum(counts) * spread),
  };
}

/** Every group is hit now and then, so none has a share of nothing. */
function sharesOf(counts: readonly number[]): number[] {
  const all = sum(counts) + 0.05 * counts.length;
  return counts.map((count) => (count + 0.05) / all);
}

/** Log-normal around the middle limit: only used where nothing was ever measured. It costs power, never validity. */
function unknownCounts(limitsMs: readonly number[]): number[] {
  const middle = Math.log(limitsMs[Math.floor(limitsMs.length / 2)] ?? 1);
  const below = [...limitsMs.map((limit) => shareBelow(Math.log(limit) - middle)), 1];
  return below.map((share, k) => 1000 * (share - (below[k - 1] ?? 0)));
}

export function regroup(counts: readonly number[], groups: readonly number[]): number[] {
  const result = new Array<number>((groups.at(-1) ?? 0) + 1).fill(0);
  counts.forEach((count, bucket) => {
    const group = groups[bucket] ?? 0;
    result[group] = (result[group] ?? 0) + count;
  });
  return result;
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((total, value, k) => total + value * (b[k] ?? 0), 0);
}

function dotSquared(a: readonly number[], b: readonly number[]): number {
  return a.reduce((total, value, k) => total + value * value * (b[k] ?? 0), 0);
}

function covariance(a: readonly number[], b: readonly number[], shares: readonly number[]): number {
  const both = a.reduce((total, value, k) => total + value * (b[k] ?? 0) * (shares[k] ?? 0), 0);
  return both - dot(a, shares) * dot(b, shares);
}
