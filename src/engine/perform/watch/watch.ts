import { combine, plainJudgement } from '../../../core/analysis/combine.ts';
import type { Judgement } from '../../../core/analysis/judgement.ts';
import { type Evidence, nothingKnown } from '../../../core/deployment.ts';
import type { DeploymentEvent } from '../../../core/event.ts';
import { Failed } from '../../../core/failure.ts';
import { whyOneWay } from '../../../core/one-way.ts';
import { hurriedBy, type TurnAnswered } from '../../../core/people.ts';
import { turnBack } from '../../../core/turn-back.ts';
import type { Watch } from '../../../core/watch.ts';
import { keepAfter, tellAfter } from '../../patience.ts';
import { newReleaseId } from '../../writing.ts';
import { type Done, done, lookAgain, type Performed, type Scene, wait } from '../scene.ts';
import { numbersFor } from './decided-by.ts';
import { type Heard, hear } from './hear.ts';
import { evidenceFor } from './known.ts';
import {
  armsOf,
  type Stage,
  stageOf,
  unwatchedUntilNow,
  type WatchedStep,
  type WatchScene,
} from './scene.ts';

/**
 * Watches the new version beside the old one, by every source that its plan names. What is learnt is kept in the
 * journal, less often than it is looked at. A version that is found to be bad is announced, and goes back when its
 * countdown is over, unless a person says otherwise; unknown at the deadline goes the safe way.
 */
export async function watch(asIs: Scene<WatchedStep>): Promise<Performed> {
  const scene = { ...asIs, unwatchedMs: unwatchedUntilNow(asIs) };
  const { step, state } = scene;
  const stage = stageOf(scene);
  const known = evidenceFor(scene);
  const heard = await listen(scene, stage, known.evidence);
  await refuseIll(scene);
  const judgement = foundBad(scene) ?? combine(toTheEnd(heard, stage));
  const answered = answeredIn(scene, step.id);
  const asOf = scene.hold.now().seq;
  const turn = turnBack(judgement, state().turning, answered, turningOf(scene), scene.nowMs());
  switch (turn.kind) {
    case 'back':
      await keep(scene, heard, judgement);
      return back(scene, turn.because, answered);
    case 'announce':
      await keep(scene, heard, judgement);
      await scene.hold.writeFact({ kind: 'turning', step: step.id, judgement, untilMs: turn.untilMs });
      return wait(soon(scene, turn.untilMs));
    case 'wait':
      await keepSometimes(scene, heard, judgement, known.isAnew);
      return wait(soon(scene, turn.untilMs));
    case 'go-on':
      return { ...goneOn(scene, heard, judgement, turn.answered), asOf };
    case 'dismiss':
      return begunAnew(scene, heard, asOf);
    case 'none':
      return unturned(scene, stage, heard, judgement, known.isAnew);
  }
}

/** Where it does not go back by itself nothing is announced: that a person has to decide, is said at once. */
function turningOf({ step, hold }: WatchScene): Pick<Watch, 'countdown' | 'heldMs'> {
  const { plan, steps } = hold.now();
  if (whyOneWay(plan, steps, step.target) === null) return step.watch;
  return { ...step.watch, countdown: { strongMs: 0, plainMs: 0 } };
}

/**
 * What was written down as bad, by whoever ended before it could be announced or taken back: it stays bad, whatever the
 * sources say by now.
 */
function foundBad({ state }: WatchScene): Judgement | null {
  const { judgement, turning } = state();
  return turning === null && judgement?.verdict.kind === 'fail' ? judgement : null;
}

/** It goes back, unless a person has said something meanwhile. */
function back(scene: WatchScene, because: string, answered: TurnAnswered | null): Performed {
  if (answeredIn(scene, scene.step.id) !== answered) return lookAgain;
  const message = `${nameOf(scene)}: ${because}`;
  const failure = { code: 'gate-closed', message, retryAfterMs: null } as const;
  return { kind: 'failed', failure, asOf: scene.hold.now().seq };
}

async function unturned(
  scene: WatchScene,
  { sinceMs }: Stage,
  heard: readonly Heard[],
  judgement: Judgement,
  isAnew: boolean,
): Promise<Performed> {
  const { step, hold, nowMs } = scene;
  const { verdict } = judgement;
  if (verdict.kind === 'pass') return concluded(scene, heard, judgement);
  const isHurried = hurriedBy(hold.now().people, step.id) !== null;
  if (isHurried) {
    const because = notToTheEnd(verdict);
    return concluded(scene, heard, { ...judgement, verdict: { kind: 'unknown', because } });
  }
  if (nowMs() - sinceMs <= step.deadlineMs + scene.unwatchedMs) {
    await keepSometimes(scene, heard, judgement, isAnew);
    return wait(step.watch.judge.lookEveryMs);
  }
  await keep(scene, heard, judgement);
  throw new Failed({
    code: 'gate-closed',
    message: `${nameOf(scene)}: not known to be good in time: ${verdict.because}${suspicion(judgement)}`,
    retryAfterMs: null,
  });
}

/**
 * Alerts and gates know nothing of shares and times: that none of them says no just now is worth something when the time
 * to watch is over. Where numbers are counted beside them, those say when.
 */
function toTheEnd(heard: readonly Heard[], { isOver }: Stage): readonly Heard[] {
  if (isOver || heard.some(({ evidence }) => evidence !== null && evidence.state !== null)) return heard;
  return heard.map((each) => {
    const { verdict } = each.judgement;
    if (verdict.kind !== 'pass') return each;
    const because = `so far ${verdict.because}; its time is not over`;
    return { ...each, judgement: { ...each.judgement, verdict: { kind: 'unknown', because } } };
  });
}

/** What speaks most against it, in numbers; nothing where nothing does. */
function suspicion({ measures, verdict }: Judgement): string {
  const [worst] = measures
    .filter(({ onceIn }) => onceIn !== null)
    .toSorted((a, b) => (b.onceIn ?? 0) - (a.onceIn ?? 0));
  const because = worst?.verdict.because ?? '';
  return because === '' || verdict.because.includes(because) ? '' : `; ${because}`;
}

/** Asks every source at once. */
async function listen(scene: WatchScene, stage: Stage, known: Evidence): Promise<Heard[]> {
  const arms = armsOf(scene, stage);
  const { sources } = scene.step.watch;
  if (arms === null) {
    const judgement = plainJudgement({ kind: 'unknown', because: 'it is not known yet which release it is' });
    return sources.map(({ from }) => {
      const evidence = known.sources[from] ?? null;
      return { from, judgement, evidence, learnt: null };
    });
  }
  const heard = await Promise.all(
    sources.map((source) =>
      hear(scene, stage, source, arms, {
        calibration: known.calibrations[source.from] ?? null,
        evidence: known.sources[source.from] ?? null,
      }),
    ),
  );
  const learnt = heard.flatMap(({ from, learnt: calibration }) =>
    calibration === null ? [] : [[from, calibration] as const],
  );
  if (learnt.length > 0) {
    const calibrations = Object.fromEntries(learnt);
    await scene.hold.writeFact({ kind: 'calibrated', step: scene.step.id, calibrations });
  }
  return heard;
}

function answeredIn({ hold }: WatchScene, step: string): TurnAnswered | null {
  return hold.now().people.turns.get(step) ?? null;
}

/** A person may let even a bad version go on; what they said stands beside what was measured. */
function goneOn(
  scene: WatchScene,
  heard: readonly Heard[],
  { verdict }: Judgement,
  { why }: TurnAnswered,
): Done {
  const bad = scene.state().turning?.judgement.verdict.because ?? verdict.because;
  const because = `${bad}; a person let it go on all the same${why === null ? '' : `: ${why}`}`;
  return done({ verdict: { kind: 'fail', because }, ...numbersFor(heard) });
}

async function begunAnew(scene: WatchScene, heard: readonly Heard[], asOf: number): Promise<Performed> {
  const because = 'a person says that it was a false alarm; watching begins anew';
  const forgotten = heard.map((each) => ({
    ...each,
    evidence: each.evidence === null ? null : { ...each.evidence, state: null, sums: null },
  }));
  const { hold, direction } = scene;
  const judged = judgedBy(scene, forgotten, plainJudgement({ kind: 'unknown', because }));
  const isWritten = await hold.writeNext([{ ...judged, isDismissed: true }], direction, asOf);
  if (!isWritten) return lookAgain;
  return wait(scene.step.watch.judge.lookEveryMs);
}

async function concluded(
  scene: WatchScene,
  heard: readonly Heard[],
  judgement: Judgement,
): Promise<Performed> {
  await keep(scene, heard, judgement);
  return done({ verdict: judgement.verdict, ...numbersFor(heard) });
}

/** In this process at once, and in the journal often enough. */
async function keepSometimes(
  scene: WatchScene,
  heard: readonly Heard[],
  judgement: Judgement,
  isAnew: boolean,
): Promise<void> {
  const { hold, step, state, nowMs } = scene;
  const known = hold.now().evidence.get(step.target);
  const before = state().judgement;
  const isOther = before?.verdict.kind !== judgement.verdict.kind || before.isPaused !== judgement.isPaused;
  const isDue = nowMs() - (known?.keptAtMs ?? 0) >= keepAfter(step.durationMs);
  if (isAnew || isOther || isDue) return keep(scene, heard, judgement);
  const sources = evidenceOf(heard);
  hold.learn(step.target, { ...nothingKnown, ...known, sources });
}

async function keep(scene: WatchScene, heard: readonly Heard[], judgement: Judgement): Promise<void> {
  await scene.hold.writeFact(judgedBy(scene, heard, judgement));
}

function judgedBy(
  scene: WatchScene,
  heard: readonly Heard[],
  judgement: Judgement,
): Extract<DeploymentEvent, { kind: 'judged' }> {
  const { step, state } = scene;
  const isNews = isToBeTold(scene) || state().judgement?.verdict.kind !== judgement.verdict.kind;
  return {
    kind: 'judged',
    step: step.id,
    judgement,
    evidence: evidenceOf(heard),
    unwatchedMs: scene.unwatchedMs,
    say: isNews ? judgement.verdict.because : null,
    ...numbersFor(heard),
  };
}

function evidenceOf(heard: readonly Heard[]) {
  return Object.fromEntries(
    heard.flatMap(({ from, evidence }) => (evidence === null ? [] : [[from, evidence] as const])),
  );
}

function soon({ step, nowMs }: WatchScene, untilMs: number): number {
  return Math.max(0, Math.min(step.watch.judge.lookEveryMs, untilMs - nowMs()));
}

function nameOf({ target }: WatchScene): string {
  return `${target.service} ${target.version.name}`;
}

/** A person may go on without an answer; only against a bad one it takes more. */
function notToTheEnd({ because }: Judgement['verdict']): string {
  return `not watched to its end, because a person went on: ${because}`;
}

function isToBeTold({ state, step, nowMs }: WatchScene): boolean {
  const { progressedAtMs, startedAtMs } = state();
  return nowMs() - (progressedAtMs ?? startedAtMs ?? nowMs()) >= tellAfter(step.durationMs);
}

/** A version that has stopped answering its health check needs no statistics. */
async function refuseIll(scene: WatchScene): Promise<void> {
  const { site, hold, step } = scene;
  const releaseId = newReleaseId(hold.now(), step.target);
  const release = await site
    .look()
    .then(({ releases }) => releases.find((each) => each.releaseId === releaseId), quiet);
  if (release?.health !== 'gone' && release?.health !== 'unhealthy') return;
  throw new Failed({
    code: 'unhealthy',
    message: `${nameOf(scene)} is ${release.health} under traffic: ${release.say}`,
    retryAfterMs: null,
  });
}

function quiet(error: unknown): null {
  if (error instanceof Failed) return null;
  throw error;
}
