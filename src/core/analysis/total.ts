import type { Calibration } from './calibration.ts';
import type { Measured } from './judge-state.ts';
import { isSharedBreach } from './limit-evidence.ts';
import type { Rules } from './rules.ts';
import type { JudgeSettings } from './settings.ts';
import { shareEvidence } from './share-evidence.ts';

/** All evidence together. Memory is told apart by `failing`: by itself it holds a rollout up, and seldom ends it. */
export function totalEvidence(rules: Rules, state: Measured): number {
  return failingEvidence(rules, state) + weightOf(rules, 'memory') * state.memory.evidence.value;
}

/** The evidence that may end a rollout: all but memory's. */
export function failingEvidence(rules: Rules, state: Measured): number {
  return (
    weightOf(rules, 'errors') * shareEvidence(state.errors) +
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
    total += weightOf(rules, name) * (share === undefined ? 1 : shareEvidence(share));
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
 * What the evidence must reach to go back. Ville's inequality asks for 1 in as many as false alarms are allowed, and is
 * three to five times too careful where its assumptions hold: evidence crosses a threshold by leaps and not exactly, and
 * much of the belief is in things that never get so far. Some of that is left for assumptions that do not hold.
 */
export function evidenceNeeded({ falseAlarmPercent }: JudgeSettings, { caution }: Calibration): number {
  return (caution * 100) / (LOOKS_SHARE * falseAlarmPercent * LEAPS);
}

const LEAPS = 1.5;

/** What is left of the allowed false alarms for each one look at an end, of errors and of latency. */
export function endShare(falseAlarmPercent: number, stages: number): number {
  return ((1 - LOOKS_SHARE) * falseAlarmPercent) / 100 / (2 * stages);
}
