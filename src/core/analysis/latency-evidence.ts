import { z } from 'zod';
import { accumulate, Evidence, noEvidence } from './evidence.ts';
import type { LatencyRule } from './latency-rule.ts';
import { capOf, caps, type Step } from './step.ts';

export const LatencyState = z.object({
  evidence: Evidence,
  /** Within this stage, for each shape: the variance that chance gives. Then the score of a plain shift, and its variance. */
  variances: z.array(z.number()),
  beyond: z.number(),
  /** -ln of the worst acceptable shape, within this stage. */
  safe: z.number(),
  /** Histograms of this stage, in groups, for what people are told. */
  canary: z.array(z.number()),
  stable: z.array(z.number()),
});
export type LatencyState = z.infer<typeof LatencyState>;

export function latencyAtFirst({ shapes, groupCount }: LatencyRule): LatencyState {
  return { evidence: noEvidence(shapes), ...stageAtFirst(shapes, groupCount) };
}

function stageAtFirst(shapes: number, groupCount: number) {
  return {
    variances: new Array<number>(shapes + 1).fill(0),
    beyond: 0,
    safe: 0,
    canary: new Array<number>(groupCount).fill(0),
    stable: new Array<number>(groupCount).fill(0),
  };
}

const most = 24;
const own = new Float64Array(most);
const pooled = new Float64Array(most);
const ratios = new Float64Array(most);
const divisors = new Float64Array(most);

/** Adds one pair of histograms; `stable` is null where nothing runs beside the new version. */
export function nextLatency(
  rule: LatencyRule,
  before: LatencyState,
  canary: readonly number[],
  stable: readonly number[] | null,
  step: Step,
): LatencyState {
  const state = step.isStageStart ? { ...before, ...stageAtFirst(rule.shapes, rule.groupCount) } : before;
  gather(rule, canary, own);
  const requests = total(own, rule.groupCount);
  if (!step.isWarm || requests === 0) return waited(rule, state, step);
  const seen = add(state.canary, own);
  if (stable === null) {
    const next = besideNothing(rule, state, requests, step);
    next.canary = seen;
    return next;
  }

  gather(rule, stable, pooled);
  const beside = add(state.stable, pooled);
  for (let k = 0; k < rule.groupCount; k += 1) pooled[k] = (pooled[k] as number) + (own[k] as number);
  const next = besideStable(rule, state, requests, step);
  next.canary = seen;
  next.stable = beside;
  return next;
}

/** Time passes without evidence; belief in a beginning is placed all the same. */
function waited(rule: LatencyRule, state: LatencyState, step: Step): LatencyState {
  ratios.fill(0);
  divisors.fill(1);
  return { ...state, evidence: weighed(rule, state, step, 1, rule.tolerable) };
}

function besideStable(rule: LatencyRule, state: LatencyState, requests: number, step: Step): LatencyState {
  const all = total(pooled, rule.groupCount);
  const part = requests / all;
  let beyond = state.beyond;
  const next = new Array<number>(rule.shapes + 1);
  for (let j = 0; j <= rule.shapes; j += 1) {
    const { score, mean, spread, tilt } = scoreOf(rule, j, all);
    // Only who got which request is random, given all that both answered: a permutation. The exponential tilt of drawing
    // with replacement, ln(mean ratio), bounds that of drawing without (Hoeffding 1963); half of the part that was drawn
    // already is given back by its variance. Never below the mean: that would be evidence from nothing.
    ratios[j] = score - requests * Math.max(mean, tilt - 0.5 * part * spread);
    const variance = (state.variances[j] as number) + requests * (1 - part) * spread;
    next[j] = variance;
    const quiet = rule.dispersions[j] as number;
    const noise = quiet + (rule.podSpreads[j] as number) * step.podFactor * variance;
    divisors[j] = (noise * noise) / quiet;
    if (j === rule.tolerable - 1) beyond += score - requests * mean;
  }
  return {
    evidence: weighed(rule, state, step, capOf(caps.latency, step.seconds), rule.tolerable),
    variances: next,
    canary: state.canary,
    stable: state.stable,
    beyond,
    safe: state.safe - (ratios[rule.shapes] as number) / (divisors[rule.shapes] as number),
  };
}

/** Against the usual histogram: weaker, because all that changes over time looks like the new version's doing. */
function besideNothing(rule: LatencyRule, state: LatencyState, requests: number, step: Step): LatencyState {
  for (let j = 0; j <= rule.shapes; j += 1) {
    const row = rule.logs[j] as Float64Array;
    let score = 0;
    for (let k = 0; k < rule.groupCount; k += 1) score += (row[k] as number) * (own[k] as number);
    ratios[j] = score - requests * (rule.aloneMeans[j] as number);
  }
  divisors.fill(rule.normal.overTime);
  return {
    evidence: weighed(rule, state, step, capOf(caps.alone, step.seconds), rule.tolerableAlone),
    variances: state.variances,
    beyond: state.beyond,
    canary: state.canary,
    stable: state.stable,
    safe: state.safe - (ratios[rule.shapes] as number) / rule.normal.overTime,
  };
}

const scored = { score: 0, mean: 0, spread: 0, tilt: 0 };

function scoreOf({ logs, ratios: plain, groupCount }: LatencyRule, j: number, all: number): typeof scored {
  const row = logs[j] as Float64Array;
  const rowPlain = plain[j] as Float64Array;
  let score = 0;
  let mean = 0;
  let squares = 0;
  let ratio = 0;
  for (let k = 0; k < groupCount; k += 1) {
    const log = row[k] as number;
    const weight = pooled[k] as number;
    score += log * (own[k] as number);
    mean += log * weight;
    squares += log * log * weight;
    ratio += (rowPlain[k] as number) * weight;
  }
  scored.score = score;
  scored.mean = mean / all;
  scored.spread = squares / all - scored.mean * scored.mean;
  scored.tilt = Math.log(ratio / all);
  return scored;
}

function weighed(rule: LatencyRule, { evidence }: LatencyState, step: Step, cap: number, tolerable: number) {
  const { onset, unused } = step;
  return accumulate(evidence, ratios, divisors, rule.weights, {
    onset,
    unused,
    cap,
    tolerable,
    isGated: true,
  });
}

function gather({ groups, groupCount }: LatencyRule, counts: readonly number[], into: Float64Array): void {
  into.fill(0, 0, groupCount);
  for (let bucket = 0; bucket < groups.length; bucket += 1) {
    const group = groups[bucket] as number;
    into[group] = (into[group] as number) + (counts[bucket] as number);
  }
}

function add(counts: readonly number[], more: Float64Array): number[] {
  const sums = new Array<number>(counts.length);
  for (let k = 0; k < counts.length; k += 1) sums[k] = (counts[k] as number) + (more[k] as number);
  return sums;
}

function total(counts: Float64Array, length: number): number {
  let sum = 0;
  for (let k = 0; k < length; k += 1) sum += counts[k] as number;
  return sum;
}
