import { calibrate } from '../../../core/analysis/calibrate.ts';
import { Calibration } from '../../../core/analysis/calibration.ts';
import { plainJudgement } from '../../../core/analysis/combine.ts';
import { conclude } from '../../../core/analysis/conclude.ts';
import { judgeLook } from '../../../core/analysis/judge-look.ts';
import { JudgeState, judgeAtFirst, shortened } from '../../../core/analysis/judge-state.ts';
import type { Judgement } from '../../../core/analysis/judgement.ts';
import type { History, Stretch } from '../../../core/analysis/look.ts';
import { rebucketed } from '../../../core/analysis/rebucketed.ts';
import type { JudgeSettings } from '../../../core/analysis/settings.ts';
import { stateOf } from '../../../core/deployment.ts';
import { Failed } from '../../../core/failure.ts';
import type { SourceEvidence } from '../../../core/turn.ts';
import type { Verdict } from '../../../core/verdict.ts';
import type { WatchedSource } from '../../../core/watch.ts';
import type { Asked, Judged, MetricSource, Reading, Readings } from '../../../metric/metric.ts';
import type { Hold } from '../../hold.ts';
import { besideAtFirst, historyOf } from './history.ts';
import type { Stage, WatchScene } from './scene.ts';
import { added } from './sums.ts';

/** What normal is learnt from. */
const HISTORY_MS = 30 * 60_000;

/** One source after it was asked. */
export type Heard = {
  readonly from: string;
  readonly judgement: Judgement;
  /** Of one that judges for itself, no more than what it has to remember. Null: there is nothing to keep. */
  readonly evidence: SourceEvidence | null;
  /** Null where it was known before. */
  readonly learnt: Calibration | null;
};

/** What is known of one source: what is normal there, and all the evidence so far. */
export type Known = { readonly calibration: unknown; readonly evidence: SourceEvidence | null };

/** Asks one source and judges what is new. What cannot be read is missing, and never good. */
export async function hear(
  scene: WatchScene,
  stage: Stage,
  source: WatchedSource,
  arms: Pick<Asked, 'canary' | 'stable'>,
  known: Known,
): Promise<Heard> {
  const { parts, target, site, nowMs } = scene;
  const { from } = source;
  const asked: Asked = {
    ...arms,
    query: source.query,
    service: target.service,
    environment: target.environment,
    site,
    nowMs: nowMs(),
  };
  const metric = parts.metricNamed?.(from) ?? null;
  if (metric === null) {
    const because = `there is no source of numbers named ${from} in this process`;
    return { from, judgement: unknown(because), evidence: known.evidence, learnt: null };
  }
  if (metric.read !== undefined) return heardFrom(scene, stage, { from, metric, asked }, known);
  const cursor = known.evidence?.cursor ?? null;
  const judged = await metric
    .verdict?.({ ...asked, ...trafficSince(scene.hold, scene.step.target) }, cursor)
    .catch(unanswered(cursor));
  if (judged === undefined) {
    const judgement = unknown(`${from} has nothing to say about it`);
    return { from, judgement, evidence: known.evidence, learnt: null };
  }
  const { cursor: remembered = null, ...verdict } = judged;
  const evidence = remembered === null ? null : { ...nothingYet, cursor: remembered };
  return { from, judgement: plainJudgement(verdict), evidence, learnt: null };
}

/** Alerts that fired before that say nothing about the new version. */
export function trafficSince(hold: Hold, at: string): Pick<Asked, 'trafficSinceMs'> {
  const deployment = hold.now();
  const gives = deployment.plan.steps.filter(
    ({ kind, target }) => target === at && (kind === 'route' || kind === 'replace' || kind === 'flag'),
  );
  const begun = gives.flatMap(({ id }) => stateOf(deployment, id).startedAtMs ?? []);
  return begun.length === 0 ? {} : { trafficSinceMs: Math.min(...begun) };
}

type Asking = { readonly from: string; readonly metric: MetricSource; readonly asked: Asked };

async function heardFrom(scene: WatchScene, stage: Stage, asking: Asking, known: Known): Promise<Heard> {
  const { metric, asked, from } = asking;
  const { cursor = null, ...earlier } = known.evidence ?? nothingYet;
  const readings: Readings = (await metric.read?.(asked, cursor).catch(unread(cursor))) ?? noReadings(cursor);
  const limitsMs = readings.stretches[0]?.latencyLimitsMs ?? null;
  const settings = settingsOf(scene);
  const parsed = Calibration.safeParse(known.calibration);
  const isKnown = parsed.success && !(earlier.state === null && isOther(parsed.data, limitsMs));
  const calibration = isKnown ? parsed.data : await learn(scene, asking, readings.stretches);
  if (calibration === null) {
    const because = readings.gaps[0] ?? 'there is not enough yet to know what is normal';
    // What says something about this share is read again once normal is known; what does not is not waited for.
    const isReadAgain = cursor !== null && readings.stretches.some((reading) => isWithin(reading, stage));
    const next = isReadAgain ? cursor : readings.cursor;
    const evidence = { ...earlier, cursor: next, gaps: [...readings.gaps] };
    return { from, judgement: unknown(because), evidence, learnt: null };
  }
  const before: SourceEvidence = { ...earlier, cursor: readings.cursor, gaps: [...readings.gaps] };
  const first = { state: stateFrom(before, settings, calibration), evidence: before };
  const { state, evidence } = readings.stretches.reduce(
    (so, reading) => judged(settings, calibration, stage, so, reading),
    first,
  );
  return {
    from,
    judgement: ofThisStage(
      conclude(settings, calibration, state),
      evidence,
      state.stage.index === stage.index,
    ),
    evidence: { ...evidence, state: shortened(state) },
    learnt: isKnown ? null : calibration,
  };
}

/** Every source that counts keeps an equal part of the false alarms. */
function settingsOf({ step }: WatchScene): JudgeSettings {
  const { judge, sources } = step.watch;
  return { ...judge, falseAlarmPercent: judge.falseAlarmPercent / sources.length };
}

/** From the source itself where it can look back, and where it is the place from what was sampled there. */
async function learn(
  scene: WatchScene,
  { from, metric, asked }: Asking,
  stretches: readonly Reading[],
): Promise<Calibration | null> {
  const settings = settingsOf(scene);
  const limitsMs = stretches[0]?.latencyLimitsMs ?? null;
  const sampled = from === 'platform' ? await sampledAt(scene) : null;
  const history = (await metric.history?.(asked, HISTORY_MS).catch(quiet)) ?? sampled;
  if (history !== null)
    return calibrate(settings, limitsMs === null ? history : rebucketed(history, limitsMs));
  if (limitsMs === null) return null;
  const waitedMs = scene.nowMs() - (scene.state().startedAtMs ?? scene.nowMs());
  const isLate = waitedMs >= Math.min(FIRST_MS, scene.step.durationMs / 2);
  const beside = besideAtFirst(stretches, isLate ? 0 : FIRST_REQUESTS);
  return beside === null ? null : calibrate(settings, beside);
}

/** Where nobody knows what was before, what the old version does at first says what is normal: so much of it, or so long. */
const FIRST_REQUESTS = 200;
const FIRST_MS = 30_000;

/** Before anything was changed there. */
async function sampledAt({ parts, hold, target }: WatchScene): Promise<History | null> {
  const untilMs = hold.now().startedAtMs;
  return historyOf(await parts.store.samples.read(target.id, untilMs - HISTORY_MS, untilMs));
}

/** Whether latency is counted in other buckets than those in which normal was learnt. */
function isOther({ latency }: Calibration, limitsMs: readonly number[] | null): boolean {
  if (latency === null || limitsMs === null) return false;
  const known = latency.limitsMs;
  return known.length !== limitsMs.length || known.some((limit, index) => limit !== limitsMs[index]);
}

type SoFar = { readonly state: JudgeState; readonly evidence: SourceEvidence };

function judged(
  settings: JudgeSettings,
  calibration: Calibration,
  stage: Stage,
  so: SoFar,
  reading: Reading,
): SoFar {
  const { atMs, durationMs, canary, stable, latencyLimitsMs } = reading;
  if (!isWithin(reading, stage)) return so;
  const isOdd = isOther(calibration, latencyLimitsMs);
  const comparable = (stretch: Stretch): Stretch => (isOdd ? { ...stretch, latency: null } : stretch);
  const { index, trafficPercent, sinceMs } = stage;
  const ageMs = Math.max(durationMs, atMs - sinceMs);
  // A source that is late has not seen the end of the time yet.
  const isOver = stage.isOver && atMs - sinceMs >= stage.durationMs - CLOCKS_MS;
  const look = {
    atMs,
    durationMs,
    stage: { index, ageMs, trafficPercent, isOver },
    canary: comparable(canary),
    stable: stable === null ? null : comparable(stable),
  };
  const { evidence } = so;
  return {
    state: judgeLook(settings, calibration, so.state, look),
    evidence: {
      ...evidence,
      atMs,
      latencyLimitsMs: [...latencyLimitsMs],
      sums: added(evidence.sums, reading, sinceMs),
      cpuPercent: canary.cpuPercent ?? evidence.cpuPercent,
      memoryMb: canary.memoryMb ?? evidence.memoryMb,
    },
  };
}

/** What began before this share of the traffic was given says nothing clear about either share. */
function isWithin({ atMs, durationMs }: Reading, { sinceMs }: Stage): boolean {
  return atMs - durationMs >= sinceMs - CLOCKS_MS;
}

/** The clock of a source and that of the database are never quite the same. */
const CLOCKS_MS = 500;

/** What another version of the program kept, and this one cannot read, is begun anew. */
function stateFrom(evidence: SourceEvidence, settings: JudgeSettings, calibration: Calibration): JudgeState {
  const parsed = JudgeState.safeParse(evidence.state);
  return parsed.success ? parsed.data : judgeAtFirst(settings, calibration);
}

/** What was good at the share before is not good at this one yet; and what was missing is said with what is unknown. */
function ofThisStage(judgement: Judgement, { gaps }: SourceEvidence, isOfThisStage: boolean): Judgement {
  const said = judgement.verdict;
  const isOld = said.kind === 'pass' && !isOfThisStage;
  const because = 'nothing was counted at this share yet';
  const verdict: Verdict = isOld ? { kind: 'unknown', because } : said;
  const [gap] = gaps;
  if (verdict.kind !== 'unknown' || gap === undefined) return { ...judgement, verdict };
  return { ...judgement, verdict: { kind: 'unknown', because: `${verdict.because}; ${gap}` } };
}

const nothingYet: SourceEvidence = {
  cursor: null,
  state: null,
  atMs: null,
  latencyLimitsMs: [],
  sums: null,
  cpuPercent: null,
  memoryMb: null,
  gaps: [],
};

function noReadings(cursor: Readings['cursor'], gaps: readonly string[] = []): Readings {
  return { cursor, stretches: [], gaps };
}

function unread(cursor: Readings['cursor']) {
  return (error: unknown): Readings => {
    if (error instanceof Failed) return noReadings(cursor, [error.failure.message]);
    throw error;
  };
}

/** What was begun goes on, though it could not be asked after. */
function unanswered(cursor: Readings['cursor']) {
  return (error: unknown): Judged => {
    if (error instanceof Failed) return { kind: 'unknown', because: error.failure.message, cursor };
    throw error;
  };
}

function quiet(error: unknown): null {
  if (error instanceof Failed) return null;
  throw error;
}

function unknown(because: string): Judgement {
  return plainJudgement({ kind: 'unknown', because });
}
