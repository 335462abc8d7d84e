import type { JudgeState } from './judge-state.ts';
import type { Look, Stretch } from './look.ts';
import type { Rules } from './rules.ts';
import { differenceAt, moved } from './share-rule.ts';
import { capOf, caps } from './step.ts';
import { oneSample } from './two-shares.ts';

type Run = JudgeState['broken'];

const noRun: Run = { ms: 0, looks: 0, requests: 0, of: 0 };

/** Eight of ten requests fail: that is not a share of errors, that is an outage. */
const BROKEN_SHARE = 0.8;
const BROKEN_REQUESTS = 20;
const BROKEN_MS = 4000;

/** How long the new version has answered nearly only errors while the old one did not: looks, and requests of them. */
export function nextBroken(run: Run, { canary, stable, durationMs }: Look, isStageStart: boolean): Run {
  const before = isStageStart ? noRun : run;
  if (canary.requests === 0) return before;
  const stableIll =
    stable !== null && stable.requests > 0 && stable.errors > 0.5 * BROKEN_SHARE * stable.requests;
  if (canary.errors < BROKEN_SHARE * canary.requests || stableIll) return noRun;
  return longer(before, durationMs, canary.errors, canary.requests);
}

export function isBroken({ ms, looks, of }: Run): boolean {
  return looks >= 2 && of >= BROKEN_REQUESTS && ms >= BROKEN_MS;
}

/** How long it has got less than half of the requests that its share of the traffic would be. */
export function nextStarved(
  run: Run,
  { canary, stable, stage, durationMs }: Look,
  isStageStart: boolean,
): Run {
  if (stable === null || stage.trafficPercent <= 0 || stage.trafficPercent >= 100) return noRun;
  const share = stage.trafficPercent / 100;
  const before = isStageStart ? noRun : run;
  const next = longer(before, durationMs, canary.requests, (stable.requests * share) / (1 - share));
  return next.requests >= 0.5 * next.of ? noRun : next;
}

export function isStarved({ ms, looks, of }: Run): boolean {
  return looks >= 3 && of >= 30 && ms >= 10_000;
}

function longer(run: Run, ms: number, requests: number, of: number): Run {
  return { ms: run.ms + ms, looks: run.looks + 1, requests: run.requests + requests, of: run.of + of };
}

/**
 * Whether the old version is ill itself: its own likelihood ratios against what was usual, added up and never below zero
 * (Page's CUSUM). What both share is cancelled in every comparison; this is for saying so, and for waiting meanwhile.
 */
export function nextIncident(rules: Rules, state: JudgeState, stable: Stretch, seconds: number) {
  const { errors } = rules;
  const { usual } = state.errors;
  // Eight times what is tolerated, and well beyond what the fleet does by itself from one minute to the next.
  const tolerated = differenceAt(errors, usual, errors.tolerable - 1);
  const wandering = usual * (Math.exp(4 * errors.normal.overTimeSd) - 1);
  const other = moved(usual, Math.max(8 * tolerated, wandering));
  const share = { hits: Math.min(stable.errors, stable.requests), of: stable.requests };
  const byErrors = oneSample(share, usual, other) / errors.normal.overTime;
  return {
    errors: raised(state.incident.errors, byErrors, seconds),
    latency: raised(state.incident.latency, latencyOf(rules, stable), seconds),
  };
}

/** Of the shape that is about one and a half times slower. */
function latencyOf({ latency }: Rules, { latency: counts }: Stretch): number {
  if (latency === null || counts === null) return 0;
  const j = Math.min(latency.shapes - 1, latency.tolerable + 2);
  const row = latency.logs[j];
  if (row === undefined) return 0;
  let score = 0;
  let requests = 0;
  for (let bucket = 0; bucket < counts.length; bucket += 1) {
    const count = counts[bucket] as number;
    score += count * (row[latency.groups[bucket] as number] as number);
    requests += count;
  }
  return (score - requests * (latency.aloneMeans[j] ?? 0)) / latency.normal.overTime;
}

const INCIDENT_MAX = 12;

function raised(sum: number, ratio: number, seconds: number): number {
  const cap = 3 * capOf(caps.alone, seconds);
  return Math.min(INCIDENT_MAX, Math.max(0, sum + Math.max(-cap, Math.min(cap, ratio))));
}

/** E-value of about 400: the old version is ill. */
const INCIDENT = 6;

/** Slowness of the old version is no reason to wait where nobody asks how slow the new one is. */
export function isIncident({ incident }: JudgeState, isLatencyAsked: boolean): boolean {
  return incident.errors > INCIDENT || (isLatencyAsked && incident.latency > INCIDENT);
}

/** More than chance, less than certain. */
export const PAUSE_AT = 10;
const CALM_BELOW = 3;
const CALM_MS = 60_000;

export function nextPause(
  state: JudgeState,
  total: number,
  ms: number,
): Pick<JudgeState, 'isPaused' | 'calmMs'> {
  if (total >= PAUSE_AT) return { isPaused: true, calmMs: 0 };
  if (!state.isPaused) return { isPaused: false, calmMs: 0 };
  const calmMs = total < CALM_BELOW ? state.calmMs + ms : 0;
  return { isPaused: calmMs < CALM_MS, calmMs };
}
