import type { Calibration } from './calibration.ts';
import { nextGauge } from './gauge-evidence.ts';
import { nextBroken, nextIncident, nextPause, nextStarved } from './guards.ts';
import { type JudgeState, newStage } from './judge-state.ts';
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
  const { canary, stable } = look;
  const next: JudgeState = {
    ...state,
    firstAtMs: state.firstAtMs ?? look.atMs - look.durationMs,
    lastAtMs: look.atMs,
    used: 1 - step.unused,
    stage: nextStage(state, look, step),
    trouble: null,
    errors: nextShare(rules.errors, state.errors, errorsOf(canary), stable && errorsOf(stable), step),
    latency: latencyAfter(rules, state, look, step),
    latencyP95: nextGauge(rules.latencyP95, state.latencyP95, p95Of(canary), p95Of(stable), step),
    cpu: nextGauge(rules.cpu, state.cpu, canary.cpuPercent, stable?.cpuPercent ?? null, step),
    memory: nextGauge(rules.memory, state.memory, canary.memoryPercent, stable?.memoryPercent ?? null, step),
    restarts: nextRestarts(calibration.restarts, state.restarts, canary, stable, step),
    business: rules.business.length === 0 ? state.business : businessAfter(rules, state, look, step),
    limits: limitsAfter(rules, state, look, step),
    broken: nextBroken(state.broken, look, step.isStageStart),
    starved: nextStarved(state.starved, look, step.isStageStart),
    incident: stable === null ? state.incident : nextIncident(rules, state, stable, step.seconds),
    excess: excessAfter(state, look),
    ...presence(state, canary),
  };
  return concluded(rules, next, step, look.durationMs);
}

/** What follows from all measures together is worked out last. */
function concluded(rules: Rules, next: JudgeState, step: Step, ms: number): JudgeState {
  const total = totalEvidence(rules, next);
  const { isOver, end } = next.stage;
  const stage = isOver && end === null ? { ...next.stage, end: endOfStage(rules, next, step) } : next.stage;
  return { ...next, stage, total, ...nextPause(next, total, ms) };
}

function stepOf(settings: JudgeSettings, rules: Rules, state: JudgeState, look: Look): Step {
  const { canary, stable, stage, durationMs, atMs } = look;
  const seconds = durationMs / 1000;
  const isStageStart = stage.index !== state.stage.index;
  const isFirst = state.firstAtMs === null;
  // Most faults are there from the first request, some begin with more traffic, few at any other time.
  const onset =
    (isFirst ? 0.75 : 0) +
    (isStageStart && !isFirst ? 0.125 / Math.max(1, rules.stages - 1) : 0) +
    (0.125 * seconds) / rules.plannedSeconds;
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
  const { canary, stable } = look;
  return {
    ...look.stage,
    hasControl: stable !== null,
    podFactor,
    coveredMs: before.coveredMs + look.durationMs,
    looks: before.looks + 1,
    canary: {
      requests: before.canary.requests + canary.requests,
      errors: before.canary.errors + canary.errors,
    },
    stable:
      stable === null
        ? before.stable
        : {
            requests: before.stable.requests + stable.requests,
            errors: before.stable.errors + stable.errors,
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
  const isAsBefore = state.missing.length === 0 && state.seen.every((name) => isThere(canary, name));
  if (isAsBefore && countOf(canary) === state.seen.length)
    return { seen: state.seen, missing: state.missing };
  // Where there were no requests there is no quantile either: no gap, but nothing that was seen.
  const now = fixed.filter(
    (name) => isThere(canary, name) && !(name === 'latency-p95' && canary.latencyP95Ms === null),
  );
  const seen = [...new Set([...state.seen, ...now, ...Object.keys(canary.business)])];
  return { seen, missing: seen.filter((name) => !isThere(canary, name)) };
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

function countOf(stretch: Stretch): number {
  let count = 0;
  for (const name of fixed) if (isThere(stretch, name)) count += 1;
  for (const _ in stretch.business) count += 1;
  return count;
}
