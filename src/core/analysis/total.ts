import type { Measured } from './judge-state.ts';
import { isSharedBreach } from './limit-evidence.ts';
import type { Rules } from './rules.ts';
import type { JudgeSettings } from './settings.ts';

/** All evidence together. Memory is told apart by `failing`: by itself it holds a rollout up, and seldom ends it. */
export function totalEvidence(rules: Rules, state: Measured): number {
  return failingEvidence(rules, state) + weightOf(rules, 'memory') * state.memory.evidence.value;
}

/** The evidence that may end a rollout: all but memory's. */
export function failingEvidence(rules: Rules, state: Measured): number {
  return (
    weightOf(rules, 'errors') * state.errors.evidence.value +
    weightOf(rules, 'latency') * (state.latency?.evidence.value ?? 1) +
    weightOf(rules, 'latency-p95') * state.latencyP95.evidence.value +
    weightOf(rules, 'cpu') * state.cpu.evidence.value +
    weightOf(rules, 'restarts') * state.restarts.evidence.value +
    businessEvidence(rules, state) +
    limitEvidence(rules, state)
  );
}

function businessEvidence(rules: Rules, { business }: Measured): number {
  let total = 0;
  for (const { name } of rules.business) {
    const share = business[name];
    total += weightOf(rules, name) * (share === undefined ? 1 : share.evidence.value);
  }
  return total;
}

/** What the old version breaks as well is not the new version's doing. */
export function limitEvidence(rules: Rules, { limits }: Measured): number {
  let total = 0;
  for (const [i, { name }] of rules.limits.entries()) {
    const limit = limits[i];
    const isOurs = limit !== undefined && !isSharedBreach(limit);
    total += weightOf(rules, name) * (isOurs ? limit.canary.value : 1);
  }
  return total;
}

function weightOf({ weights }: Rules, name: string): number {
  return weights[name] ?? 0;
}

/** How much of the allowed false alarms the looks share; the rest is for the one look at the end of each stage. */
const LOOKS_SHARE = 0.9;

/**
 * Ville’s inequality is so many times too careful here, at least, as measured: evidence crosses a threshold by leaps and not exactly,
 * much of the belief is in things that never get so far, and of two ways to count errors the one that says less is taken.
 */
const TOO_CAREFUL = 2;

/** What the evidence must reach to go back: 1 in as many as false alarms are allowed, were Ville's inequality exact. */
export function evidenceNeeded({ falseAlarmPercent }: JudgeSettings): number {
  return 100 / (LOOKS_SHARE * falseAlarmPercent * TOO_CAREFUL);
}

/** Once in how many healthy rollouts a measure looks this bad at some time; null where that is nothing special. */
export function onceIn(evidence: number): number | null {
  return evidence > 1 ? evidence * TOO_CAREFUL : null;
}

/** What is left of the allowed false alarms for each one look at an end, of errors and of latency. */
export function endShare(falseAlarmPercent: number, stages: number): number {
  return ((1 - LOOKS_SHARE) * falseAlarmPercent) / 100 / (2 * stages);
}
