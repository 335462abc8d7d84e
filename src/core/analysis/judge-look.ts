import type { Calibration } from './calibration.ts';
import { nextGauge } from './gauge-evidence.ts';
import { nextBroken, nextIncident, nextPause, nextStarved } from './guards.ts';
import { type JudgeState, type Measured, newStage } from './judge-state.ts';
import { nextLatency } from './latency-evidence.ts';
import { limitAtFirst, nextLimit } from './limit-evidence.ts';
import type { Look, Share, Stretch } from './look.ts';
import { nextRestarts } from './restart-evidence.ts';
import { type Rules, rulesOf } from './rules.ts';
import type { JudgeSettings } from './settings.ts';
import { nextShare, type ShareState } from './share-evidence.ts';
import { endOfStage } from './stage-end.ts';
import type { Step } from './step.ts';
import { totalEvidence } from './total.ts';
import { troubleWith } from './trouble.ts';

/**
 * What is known after one look more. A look that cannot be believed adds no evidence in either direction; that it could
 * not be is remembered until the next one. Neither argument is changed.
 */
export function judgeLook(
  settings: JudgeSettings,
  calibration: Calibration,
  state: JudgeState,
  look: Look,
): JudgeState {
  const rules = rulesOf(settings, calibration);
  const trouble = troubleWith(look, state.lastAtMs, rules.latency?.groups.length ?? null);
  if (trouble !== null) return { ...state, trouble };

  const step = stepOf(settings, rules, state, look);
  const measured = measuredAfter(rules, calibration, state, look, step);
  const total = totalEvidence(rules, measured);
  const stage = nextStage(state, look, step);
  if (stage.isOver && stage.end === null) stage.end = endOfStage(rules, measured, step);
  const { isPaused, calmMs } = nextPause(state, total, look.durationMs);
  const { seen, missing } = presence(state, look.canary);
  // Written out, because this is done hundreds of thousands of times in a second, and spreading objects is slow.
  return {
    firstAtMs: state.firstAtMs ?? look.atMs - look.durationMs,
    lastAtMs: look.atMs,
    used: 1 - step.unused,
    stage,
    trouble: null,
    missing,
    seen,
    errors: measured.errors,
    latency: measured.latency,
    latencyP95: measured.latencyP95,
    cpu: measured.cpu,
    memory: measured.memory,
    restarts: measured.restarts,
    business: measured.business,
    limits: measured.limits,
    broken: nextBroken(state.broken, look, step.isStageStart),
    starved: nextStarved(state.starved, look, step.isStageStart),
    incident: look.stable === null ? state.incident : nextIncident(rules, state, look.stable, step.seconds),
    total,
    isPaused,
    calmMs,
    excess: excessAfter(state, look),
  };
}

function measuredAfter(
  rules: Rules,
  calibration: Calibration,
  state: JudgeState,
  look: Look,
  step: Step,
): Measured {
  const { canary, stable } = look;
  return {
    errors: nextShare(rules.errors, state.errors, errorsOf(canary), stable && errorsOf(stable), step),
    latency: latencyAfter(rules, state, look, step),
    latencyP95: nextGauge(rules.latencyP95, state.latencyP95, p95Of(canary), p95Of(stable), step),
    cpu: nextGauge(rules.cpu, state.cpu, canary.cpuPercent, stable?.cpuPercent ?? null, step),
    memory: nextGauge(rules.memory, state.memory, canary.memoryPercent, stable?.memoryPercent ?? null, step),
    restarts: nextRestarts(calibration.restarts, state.restarts, canary, stable, step),
    business: rules.business.length === 0 ? state.business : businessAfter(rules, state, look, step),
    limits: limitsAfter(rules, state, look, step),
  };
}

function stepOf(settings: JudgeSettings, rules: Rules, state: JudgeState, look: Look): Step {
  const { canary, stable, stage, durationMs, atMs } = look;
  const seconds = durationMs / 1000;
  const isStageStart = stage.index !== state.stage.index;
  const isFirst = state.firstAtMs === null;
  // Most faults are there from the first request, some begin with more traffic, few at any other time.
  const onset =
    (isFirst ? 0.8 : 0) +
    (isStageStart && !isFirst ? 0.1 / Math.max(1, rules.stages - 1) : 0) +
    (0.1 * seconds) / rules.plannedSeconds;
  const placed = Math.min(onset, 1 - state.used);
  return {
    seconds,
    onset: placed,
    unused: 1 - state.used - placed,
    isStageStart,
    isWarm: stage.ageMs > settings.warmUpMs,
    hasControl: stable !== null,
    podFactor: 1 / canary.pods + (stable === null ? 0 : 1 / stable.pods),
    age: isFirst ? seconds : (atMs - (state.firstAtMs ?? atMs)) / 1000,
  };
}

function nextStage(state: JudgeState, look: Look, { isStageStart, podFactor }: Step): JudgeState['stage'] {
  const before = isStageStart ? newStage : state.stage;
  const { canary, stable, stage } = look;
  return {
    index: stage.index,
    ageMs: stage.ageMs,
    trafficPercent: stage.trafficPercent,
    isOver: stage.isOver,
    hasControl: stable !== null,
    podFactor,
    coveredMs: before.coveredMs + look.durationMs,
    looks: before.looks + 1,
    canary: {
      requests: before.canary.requests + canary.requests,
      errors: before.canary.errors + canary.errors,
    },
    stable: {
      requests: before.stable.requests + (stable?.requests ?? 0),
      errors: before.stable.errors + (stable?.errors ?? 0),
    },
    end: before.end,
  };
}

function errorsOf({ errors, requests }: Stretch): Share {
  return { hits: Math.min(errors, requests), of: requests };
}

function p95Of(stretch: Stretch | null): number | null {
  const p95 = stretch?.latencyP95Ms ?? 0;
  return p95 > 0 ? Math.log(p95) : null;
}

function latencyAfter(rules: Rules, { latency }: JudgeState, { canary, stable }: Look, step: Step) {
  if (rules.latency === null || latency === null || canary.latency === null) return latency;
  if (stable !== null && stable.latency === null) return latency;
  return nextLatency(rules.latency, latency, canary.latency, stable?.latency ?? null, step);
}

function businessAfter(rules: Rules, state: JudgeState, { canary, stable }: Look, step: Step) {
  const next: Record<string, ShareState> = { ...state.business };
  for (const { name, rule } of rules.business) {
    const before = state.business[name];
    const own = canary.business[name];
    const beside = stable?.business[name] ?? null;
    if (before === undefined || own === undefined || (stable !== null && beside === null)) continue;
    next[name] = nextShare(rule, before, own, beside, step);
  }
  return next;
}

function limitsAfter({ limits }: Rules, state: JudgeState, look: Look, step: Step): JudgeState['limits'] {
  if (limits.length === 0) return state.limits;
  return limits.map((rule, i) => nextLimit(rule, state.limits[i] ?? limitAtFirst(), look, step));
}

function excessAfter({ excess, errors }: JudgeState, { canary, stable }: Look): number {
  const share = stable === null || stable.requests === 0 ? errors.usual : stable.errors / stable.requests;
  return (excess ?? 0) + canary.errors - share * canary.requests;
}

/** What was measured once is missed from then on when it is not there. */
function presence(state: JudgeState, canary: Stretch): Pick<JudgeState, 'seen' | 'missing'> {
  if (state.missing.length === 0 && isAsBefore(state.seen, canary)) return state;
  const now = fixed.filter((name) => isCounted(canary, name));
  const seen = [...new Set([...state.seen, ...now, ...Object.keys(canary.business)])];
  return { seen, missing: seen.filter((name) => !isThere(canary, name)) };
}

function isAsBefore(seen: readonly string[], canary: Stretch): boolean {
  for (const name of seen) if (!isThere(canary, name)) return false;
  for (const name of fixed) if (isCounted(canary, name) && !seen.includes(name)) return false;
  for (const name in canary.business) if (!seen.includes(name)) return false;
  return true;
}

const fixed = ['latency', 'latency-p95', 'cpu', 'memory', 'restarts'] as const;

function isThere(stretch: Stretch, name: string): boolean {
  switch (name) {
    case 'latency':
      return stretch.latency !== null;
    case 'latency-p95':
      return stretch.latencyP95Ms !== null || stretch.requests === 0;
    case 'cpu':
      return stretch.cpuPercent !== null;
    case 'memory':
      return stretch.memoryPercent !== null;
    case 'restarts':
      return stretch.restarts !== null;
    default:
      return stretch.business[name] !== undefined;
  }
}

/** Where there were no requests there is no quantile either: no gap, but nothing that was seen. */
function isCounted(stretch: Stretch, name: string): boolean {
  return isThere(stretch, name) && !(name === 'latency-p95' && stretch.latencyP95Ms === null);
}
