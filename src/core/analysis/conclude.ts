import type { Calibration } from './calibration.ts';
import { slopeOf } from './gauge-evidence.ts';
import { isBroken, isIncident, isStarved, PAUSE_AT } from './guards.ts';
import { judgeMeasures } from './judge-measures.ts';
import type { JudgeState } from './judge-state.ts';
import type { Judgement, MeasureVerdict } from './judgement.ts';
import { isSharedBreach } from './limit-evidence.ts';
import { quantileOfFew } from './normal.ts';
import { whyNotPassed } from './pass.ts';
import { type Rules, rulesOf } from './rules.ts';
import { sayCount, sayOnceIn, sayPercent } from './say.ts';
import type { JudgeSettings } from './settings.ts';
import { endShare, evidenceNeeded, failingEvidence, onceIn } from './total.ts';

/** What is concluded now: for each measure and for the stage. The same state always gives the same judgement. */
export function conclude(settings: JudgeSettings, calibration: Calibration, state: JudgeState): Judgement {
  const rules = rulesOf(settings, calibration);
  const measures = judgeMeasures(settings, calibration, rules, state);
  const failure = failureOf(settings, calibration, rules, state, measures);
  const shared = { measures, excessErrors: state.excess };
  if (failure !== null) {
    const verdict = { kind: 'fail', because: failure.because } as const;
    return { ...shared, verdict, isPaused: false, severity: failure.severity };
  }
  const pause = pauseOf(settings, rules, state, calibration);
  if (pause !== null) {
    return { ...shared, verdict: { kind: 'unknown', because: pause }, isPaused: true, severity: 'plain' };
  }
  const why = whyNotPassed(settings, rules, state);
  const verdict =
    why === null
      ? ({ kind: 'pass', because: sayGood(state, measures) } as const)
      : ({ kind: 'unknown', because: why } as const);
  return { ...shared, verdict, isPaused: false, severity: 'plain' };
}

type Failure = { readonly because: string; readonly severity: Judgement['severity'] };

function failureOf(
  settings: JudgeSettings,
  calibration: Calibration,
  rules: Rules,
  state: JudgeState,
  measures: readonly MeasureVerdict[],
): Failure | null {
  if (isBroken(state.broken)) {
    const { requests, of } = state.broken;
    const because = `${sayCount(requests)} of the last ${sayCount(of)} requests to the new version failed`;
    return { because, severity: 'hard' };
  }
  if (isCrashing(state)) {
    const because = `the pods of the new version were started again ${sayCount(state.restarts.canary)} times`;
    return { because, severity: 'hard' };
  }
  return byEvidence(settings, rules, state, measures) ?? byEndOfStage(settings, calibration, state, measures);
}

/** Every one of its pods, and not fewer than three times, while the others hardly did. */
function isCrashing({ restarts }: JudgeState): boolean {
  return restarts.canary >= 3 && restarts.canary > 3 * restarts.stable;
}

function byEvidence(
  settings: JudgeSettings,
  rules: Rules,
  state: JudgeState,
  measures: readonly MeasureVerdict[],
): Failure | null {
  const needed = evidenceNeeded(settings);
  const failing = failingEvidence(rules, state);
  const leaks =
    (state.total >= needed && fillsUpWithin(state, LEAK_MINUTES)) ||
    (isFarAbove(state) && fillsUpWithin(state, FAR_MINUTES));
  if (failing < needed) return leaks ? { because: sayLeak(state), severity: 'plain' } : null;
  const strongest = measures
    .filter(({ measure }) => measure !== 'memory')
    .toSorted((a, b) => failsFirst(a) - failsFirst(b) || (b.onceIn ?? 0) - (a.onceIn ?? 0))[0];
  const because =
    strongest?.verdict.because ?? `a healthy version looks this bad ${sayOnceIn(onceIn(failing) ?? 1)} times`;
  return { because, severity: failing >= 100 * needed ? 'strong' : 'plain' };
}

/** What was enough by itself is the reason, whatever else looks odd. */
function failsFirst({ verdict }: MeasureVerdict): number {
  return verdict.kind === 'fail' ? 0 : 1;
}

const LEAK_MINUTES = 15;
/** No two healthy versions are so many points of memory apart while the one of them keeps growing. */
const FAR_POINTS = 20;
const FAR_MINUTES = 5;

function sayLeak({ memory }: JudgeState): string {
  const { canary, stable } = memory;
  const beside = stable === null ? '' : `, the old one ${sayPercent(stable)}`;
  const left = 100 - (canary ?? 0);
  const when =
    left <= 0 ? 'is full' : `is full in ${(left / (slopeOf(memory) ?? 1)).toFixed(1)} minutes as it grows`;
  return `the new version uses ${sayPercent(canary ?? 0)} of its memory${beside}, and ${when}`;
}

function isFarAbove({ memory, stage }: JudgeState): boolean {
  const { canary, stable } = memory;
  return stage.hasControl && canary !== null && stable !== null && canary >= stable + FAR_POINTS;
}

/** Whether memory, growing on as it does, is full so soon that waiting for a person would be too late. */
function fillsUpWithin({ memory }: JudgeState, minutes: number): boolean {
  const slope = slopeOf(memory);
  return slope !== null && memory.canary !== null && memory.canary + slope * minutes >= 100;
}

function byEndOfStage(
  settings: JudgeSettings,
  { caution }: Calibration,
  { stage }: JudgeState,
  measures: readonly MeasureVerdict[],
): Failure | null {
  if (stage.end === null) return null;
  // What was never calibrated has no standard deviations to speak of.
  const share =
    endShare(settings.falseAlarmPercent, settings.stages.length) / caution[stage.end.measure] ** 2;
  if (stage.end.score <= quantileOfFew(1 - share)) return null;
  const measure = measures.find((verdict) => verdict.measure === stage.end?.measure);
  const because = `over the whole stage, ${measure?.verdict.because ?? stage.end.measure}`;
  return { because, severity: 'plain' };
}

function pauseOf(
  { acceptable }: JudgeSettings,
  { limits }: Rules,
  state: JudgeState,
  { caution, because }: Calibration,
): string | null {
  if (isIncident(state, acceptable.latencyPercent !== null)) {
    return 'the old version is ill as well: something that both share is wrong, and nothing goes on meanwhile';
  }
  const shared = state.limits.findIndex((limit) => limit.canary.value >= PAUSE_AT && isSharedBreach(limit));
  if (shared >= 0) return `the old version breaks the limit as well: ${limits[shared]?.name ?? ''}`;
  if (isStarved(state.starved)) {
    const { requests, of } = state.starved;
    return `the new version got ${sayCount(requests)} of the ${sayCount(of)} requests that are its share`;
  }
  if (!state.isPaused) return null;
  const why = caution.errors > 1 && because !== null ? `; it takes more than usual, because ${because}` : '';
  return `more than chance, but not certain yet (by chance alone ${sayOnceIn(onceIn(state.total) ?? 1)}${why})`;
}

function sayGood({ stage }: JudgeState, measures: readonly MeasureVerdict[]): string {
  const [errors] = measures;
  const early = stage.isOver ? '' : ', sure enough before its time';
  return `${errors?.verdict.because ?? 'nothing is worse'}${early}`;
}
