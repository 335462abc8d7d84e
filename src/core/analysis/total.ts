import type { JudgeState } from './judge-state.ts';
import type { Rules } from './rules.ts';
import { shareEvidence } from './share-evidence.ts';

/** All evidence together. Memory is told apart by `failing`: by itself it holds a rollout up, and seldom ends it. */
export function totalEvidence(rules: Rules, state: JudgeState): number {
  return failingEvidence(rules, state) + weightOf(rules, 'memory') * state.memory.evidence.value;
}

/** The evidence that may end a rollout: all but memory's. */
export function failingEvidence({ weights, business }: Rules, state: JudgeState): number {
  let total =
    (weights['errors'] ?? 0) * shareEvidence(state.errors) +
    (weights['latency'] ?? 0) * (state.latency?.evidence.value ?? 1) +
    (weights['latency-p95'] ?? 0) * state.latencyP95.evidence.value +
    (weights['cpu'] ?? 0) * state.cpu.evidence.value +
    (weights['restarts'] ?? 0) * state.restarts.evidence.value;
  for (const { name } of business) {
    const share = state.business[name];
    total += (weights[name] ?? 0) * (share === undefined ? 1 : shareEvidence(share));
  }
  return total;
}

function weightOf({ weights }: Rules, name: string): number {
  return weights[name] ?? 0;
}

/** How much of the allowed false alarms the looks share; the rest is for the one look at the end of each stage. */
const LOOKS_SHARE = 0.9;

/** What the evidence must reach to go back (Ville's inequality). */
export function evidenceNeeded(falseAlarmPercent: number): number {
  return 100 / (LOOKS_SHARE * falseAlarmPercent);
}

/** What is left of the allowed false alarms for each one look at an end, of errors and of latency. */
export function endShare(falseAlarmPercent: number, stages: number): number {
  return ((1 - LOOKS_SHARE) * falseAlarmPercent) / 100 / (2 * stages);
}
