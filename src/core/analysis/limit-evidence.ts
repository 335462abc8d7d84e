import { z } from 'zod';
import { accumulate, Evidence, noEvidence, type Weighing } from './evidence.ts';
import type { LimitRule } from './limit-rule.ts';
import type { Look, Share, Stretch } from './look.ts';
import { p95Of } from './p95.ts';
import { capOf, caps, type Step } from './step.ts';
import { oneSample } from './two-shares.ts';

export const LimitState = z.object({
  /** That the new version is beyond the limit, and that the old one is. */
  canary: Evidence,
  stable: Evidence,
  /** Within this stage, for a share: hits and requests of the new version. For a number: the block that has begun. */
  hits: z.number(),
  of: z.number(),
  block: z.object({ ms: z.number(), canary: z.number(), stable: z.number() }),
  /** The last block's numbers, as far beyond the limit as they were; null before the first. */
  beyond: z.object({ canary: z.number(), stable: z.number() }).nullable(),
});
export type LimitState = z.infer<typeof LimitState>;

const noBlock = { ms: 0, canary: 0, stable: 0 };

export function limitAtFirst(): LimitState {
  const none = noEvidence(TIMES.length);
  return { canary: none, stable: none, hits: 0, of: 0, block: noBlock, beyond: null };
}

/** Alternatives: so many times the share that is allowed; so many standard deviations beyond the number. */
const TIMES = [1.5, 2.5, 5, 12];
const STEPS = [0.5, 1, 2, 4];
const ratios = new Float64Array(TIMES.length);
const divisors = new Float64Array(TIMES.length);
const weights = new Float64Array(TIMES.length).fill(1);

/** Adds one look. A limit is broken when it is sure that it is, however often one looks: one sample against the limit. */
export function nextLimit(rule: LimitRule, before: LimitState, look: Look, step: Step): LimitState {
  const fresh = { hits: 0, of: 0, block: noBlock, beyond: null };
  const state = step.isStageStart ? { ...before, ...fresh } : before;
  if (rule.limit.measure !== 'errors' && !step.isWarm) return state;
  return rule.kind === 'share'
    ? nextShareLimit(rule, state, look, step)
    : nextGaugeLimit(rule, state, look, step);
}

function nextShareLimit(
  rule: LimitRule,
  state: LimitState,
  { canary, stable }: Look,
  step: Step,
): LimitState {
  const own = shareOf(rule, canary);
  const beside = stable === null ? null : shareOf(rule, stable);
  if (own === null) return state;
  const isOver = rule.limit.against === 'over-stable';
  if (isOver && (beside === null || beside.of === 0)) return state;
  const sums = { hits: state.hits + own.hits, of: state.of + own.of };
  const weighing = weigh(step, capOf(caps.errors, step.seconds));
  const allowed = rule.maxShare + (isOver && beside !== null ? (beside.hits + 0.5) / (beside.of + 1) : 0);
  const canaryNext = beyondShare(state.canary, own, allowed, rule, weighing);
  if (isOver || beside === null) return { ...state, ...sums, canary: canaryNext };
  return {
    ...state,
    ...sums,
    canary: canaryNext,
    stable: beyondShare(state.stable, beside, allowed, rule, weighing),
  };
}

function beyondShare(
  evidence: Evidence,
  share: Share,
  allowed: number,
  rule: LimitRule,
  weighing: Weighing,
): Evidence {
  for (let j = 0; j < TIMES.length; j += 1) {
    ratios[j] = oneSample(
      share,
      allowed,
      Math.min(0.99, allowed + rule.maxShare * ((TIMES[j] as number) - 1)),
    );
  }
  divisors.fill(Math.max(1, rule.dispersion));
  return accumulate(evidence, ratios, divisors, weights, weighing);
}

function shareOf({ limit, slowFrom }: LimitRule, stretch: Stretch): Share | null {
  if (limit.measure === 'errors')
    return { hits: Math.min(stretch.errors, stretch.requests), of: stretch.requests };
  if (stretch.latency === null) return null;
  let hits = 0;
  let of = 0;
  for (let bucket = 0; bucket < stretch.latency.length; bucket += 1) {
    const count = stretch.latency[bucket] as number;
    of += count;
    if (bucket >= slowFrom) hits += count;
  }
  return { hits, of };
}

function nextGaugeLimit(
  rule: LimitRule,
  state: LimitState,
  { canary, stable, durationMs }: Look,
  step: Step,
) {
  const own = numberOf(rule, canary);
  const beside = stable === null ? null : numberOf(rule, stable);
  if (own === null) return state;
  if (rule.limit.against === 'over-stable' && beside === null) return state;
  const block = {
    ms: state.block.ms + durationMs,
    canary: state.block.canary + own * durationMs,
    stable: state.block.stable + (beside ?? own) * durationMs,
  };
  if (block.ms < rule.blockMs) return { ...state, block };
  const beyond = beyondOf(rule, block.canary / block.ms, block.stable / block.ms);
  const weighing = weigh(step, 4);
  const next = {
    ...state,
    block: noBlock,
    beyond,
    canary: beyondNumber(state.canary, beyond.canary, rule, weighing),
  };
  if (beside === null) return next;
  return { ...next, stable: beyondNumber(state.stable, beyond.stable, rule, weighing) };
}

/** How far beyond the limit the new version is since the last whole block; at most 0 while that is too little to tell. */
export function beyondSince(rule: LimitRule, { block }: LimitState): number {
  if (block.ms < rule.blockMs / 3) return 0;
  return beyondOf(rule, block.canary / block.ms, block.stable / block.ms).canary;
}

/** How far beyond the limit both are; against the old version, that one never is. */
function beyondOf({ limit }: LimitRule, canary: number, stable: number): { canary: number; stable: number } {
  const max = limit.measure === 'latency-p95' ? asLog(limit) : limit.max;
  if (limit.against === 'absolute') return { canary: canary - max, stable: stable - max };
  return { canary: canary - stable - max, stable: -max };
}

function asLog({ against, max }: LimitRule['limit']): number {
  return against === 'absolute' ? Math.log(Math.max(1e-3, max)) : Math.log(1 + max / 100);
}

function beyondNumber(evidence: Evidence, beyond: number, { sd }: LimitRule, weighing: Weighing): Evidence {
  for (let j = 0; j < STEPS.length; j += 1) {
    const step = STEPS[j] as number;
    ratios[j] = (step * beyond) / sd - (step * step) / 2;
  }
  divisors.fill(1);
  return accumulate(evidence, ratios, divisors, weights, weighing);
}

function numberOf({ limit, limitsMs }: LimitRule, stretch: Stretch): number | null {
  if (limit.measure === 'cpu') return stretch.cpuPercent;
  if (limit.measure === 'memory') return stretch.memoryPercent;
  const p95 = stretch.latency === null ? stretch.latencyP95Ms : p95Of(stretch.latency, limitsMs);
  return p95 === null || p95 <= 0 ? null : Math.log(p95);
}

function weigh({ onset, unused }: Step, cap: number): Weighing {
  return { onset, unused, cap, tolerable: 0, isGated: false };
}

/** The old version is beyond it as well: then it is not the new version's doing. */
export function isSharedBreach({ stable }: LimitState): boolean {
  return stable.value >= 2;
}
