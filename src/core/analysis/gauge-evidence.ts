import { z } from 'zod';
import type { Calibration } from './calibration.ts';
import { accumulate, Evidence, noEvidence } from './evidence.ts';
import type { Step } from './step.ts';

type GaugeNormal = Calibration['cpu'];

/** How a number that is read is judged: over which time it is averaged, and which differences are looked for. */
export type GaugeRule = {
  readonly normal: GaugeNormal;
  readonly blockMs: number;
  /** Steady differences, the tolerable ones first, then growth for each minute of the rollout. */
  readonly levels: readonly number[];
  readonly slopes: readonly number[];
  readonly tolerable: number;
  /** A block counts as at most so different: a single one may be nonsense. */
  readonly clip: number;
  /** What wanders with the traffic says nothing where nothing runs beside it. */
  readonly needsControl: boolean;
};

export const GaugeState = z.object({
  evidence: Evidence,
  /** The block of time that is being averaged. */
  block: z.object({ ms: z.number(), canary: z.number(), stable: z.number(), onset: z.number() }),
  /** The difference of the last block, and how old the rollout was then; null at the beginning of a stage. */
  before: z.object({ difference: z.number(), minutes: z.number() }).nullable(),
  /** What is usual, as long as something ran beside it. */
  usual: z.number().nullable(),
  /** Means of the last block. */
  canary: z.number().nullable(),
  stable: z.number().nullable(),
  /** Of this stage's first block, for fitting a slope through. */
  first: z.object({ canary: z.number(), minutes: z.number() }).nullable(),
});
export type GaugeState = z.infer<typeof GaugeState>;

const emptyBlock = { ms: 0, canary: 0, stable: 0, onset: 0 };

export function gaugeAtFirst({ normal, levels, slopes }: GaugeRule): GaugeState {
  return {
    evidence: noEvidence(levels.length + slopes.length),
    block: emptyBlock,
    before: null,
    usual: normal.level,
    canary: null,
    stable: null,
    first: null,
  };
}

/** Adds one reading of each version; null where it was not read. */
export function nextGauge(
  rule: GaugeRule,
  state: GaugeState,
  canary: number | null,
  stable: number | null,
  step: Step,
): GaugeState {
  const fresh = step.isStageStart ? { ...state, block: emptyBlock, before: null, first: null } : state;
  const beside = step.hasControl ? stable : fresh.usual;
  if (!step.isWarm || canary === null || beside === null) return fresh;
  if (rule.needsControl && !step.hasControl) return fresh;
  const ms = step.seconds * 1000;
  const block = {
    ms: fresh.block.ms + ms,
    canary: fresh.block.canary + canary * ms,
    stable: fresh.block.stable + beside * ms,
    onset: fresh.block.onset + step.onset,
  };
  const usual = step.hasControl ? learned(fresh.usual, beside, step.seconds) : fresh.usual;
  if (block.ms < rule.blockMs) return { ...fresh, block, usual };
  return { ...closed(rule, fresh, block, step), usual };
}

/** Follows what runs beside it within about four minutes. */
function learned(usual: number | null, value: number, seconds: number): number {
  return usual === null ? value : usual + Math.min(1, 0.004 * seconds) * (value - usual);
}

const most = 16;
const ratios = new Float64Array(most);
const divisors = new Float64Array(most).fill(1.3);
const weights = new Float64Array(most).fill(1);

/**
 * One block more. Differences last (a pod that is busier stays busier), so each is held against what was to be expected
 * from the one before: the innovations of an AR(1) process are independent, and Gaussian ones have this likelihood ratio.
 */
function closed(rule: GaugeRule, state: GaugeState, block: GaugeState['block'], step: Step): GaugeState {
  const canary = block.canary / block.ms;
  const stable = block.stable / block.ms;
  const { persistence } = rule.normal;
  // What ran before is a weaker control than what runs beside it.
  const sd = rule.normal.sd * (step.hasControl ? 1 : 2);
  const difference = Math.max(-rule.clip, Math.min(rule.clip, canary - stable));
  const minutes = step.age / 60;
  const kept = state.before === null ? 0 : persistence;
  const news = difference - kept * (state.before?.difference ?? 0);
  const variance = sd * sd * (1 - kept * kept);
  const count = rule.levels.length + rule.slopes.length;
  for (let j = 0; j < count; j += 1) {
    const expected = effect(rule, j, minutes) - kept * effect(rule, j, state.before?.minutes ?? 0);
    ratios[j] = (expected * news - (expected * expected) / 2) / variance;
  }
  return {
    ...state,
    evidence: accumulate(state.evidence, ratios, divisors, weights, {
      onset: block.onset,
      unused: step.unused,
      cap: BLOCK_CAP,
      tolerable: rule.tolerable,
      isGated: true,
    }),
    block: emptyBlock,
    before: { difference, minutes },
    canary,
    stable,
    first: state.first ?? { canary, minutes },
  };
}

/** A whole block, half a minute or a quarter, may nearly decide; the next one then does. */
const BLOCK_CAP = 4;

function effect({ levels, slopes }: GaugeRule, j: number, minutes: number): number {
  return j < levels.length ? (levels[j] as number) : (slopes[j - levels.length] as number) * minutes;
}

/** How much it grows each minute, by the first and the last block of the stage; null while there is only one. */
export function slopeOf({ first, before, canary }: GaugeState): number | null {
  if (first === null || before === null || canary === null || before.minutes <= first.minutes) return null;
  return (canary - first.canary) / (before.minutes - first.minutes);
}
