import type { DeploymentEvent, Entry } from '../../src/core/event.ts';
import type { Step } from '../../src/core/plan.ts';
import { harmless } from './faults.ts';
import type { Found, Kept } from './oracle.ts';
import type { World } from './world.ts';

type Watched = Extract<Step, { kind: 'observe' }>;
type Answered = Extract<DeploymentEvent, { kind: 'turn-answered' }>;

/** Who may say what, written down a second time. */
const mayStop = ['U1', 'U2', 'U3', 'U4'];
const mayOverrule = ['U4'];
const maySteer = ['U1', 'U2', 'U3'];
/** Between the decision and its entry in the journal time passes, and clocks are never quite alike. */
const EARLY_MS = 6_000;
/** How late what is due may be when nothing is in the way. */
const LATE_MS = 6_000;

/** What was found to be bad, who said what to it, and what became of it: read from the journal alone. */
export function judgeTurns(world: World, kept: Kept, found: Found): void {
  for (const step of kept.plan.steps) {
    if (step.kind === 'observe') judgeWatched(world, kept, step, found);
  }
  judgePresses(kept, found);
}

/** One press, however often it is delivered, is one answer. */
function judgePresses({ deploymentId, entries }: Kept, found: Found): void {
  const presses = new Set<string>();
  for (const { event } of entries) {
    if (event.kind !== 'turn-answered' && event.kind !== 'hurried') continue;
    if (event.why === null) continue;
    if (presses.has(event.why)) found('an answer acts once', `${deploymentId}: ${event.why} twice`);
    presses.add(event.why);
  }
}

/** How things stand with one step that is watched, entry by entry. */
type Standing = {
  isBad: boolean;
  turning: { readonly atMs: number; readonly untilMs: number } | null;
  answer: { readonly how: Answered['how']; readonly atMs: number } | null;
  isHard: boolean;
  hurriedBy: string | null;
};

function judgeWatched(world: World, kept: Kept, step: Watched, found: Found): void {
  const so: Standing = { isBad: false, turning: null, answer: null, isHard: false, hurriedBy: null };
  const say = (what: string) => `${kept.deploymentId} ${step.id}: ${what}`;
  let isTurnedAround = false;
  for (const entry of kept.entries) {
    const { event } = entry;
    if (event.kind === 'abort-asked' || event.kind === 'step-failed') {
      if (event.kind === 'step-failed' && event.step === step.id && !isTurnedAround)
        judgeBack(world, step, so, entry, (promise, what) => found(promise, say(what)));
      isTurnedAround = true;
    }
    if (event.kind === 'hurried' && (event.step ?? step.id) === step.id) {
      so.hurriedBy ??= event.by;
      if (!maySteer.includes(event.by)) found('who may not say so is not heard', say(event.by));
    }
    if (!('step' in event) || event.step !== step.id) continue;
    if (event.kind === 'turn-answered')
      hear(so, event, entry.atMs, isTurnedAround, (what) =>
        found('who may not say so is not heard', say(what)),
      );
    if (event.kind === 'judged') judged(so, event, (promise, what) => found(promise, say(what)));
    if (event.kind === 'turning') {
      so.isBad = true;
      const { strongMs = 0, plainMs = 0 } = step.watch?.countdown ?? {};
      const countdownMs = event.judgement.severity === 'strong' ? strongMs : plainMs;
      so.turning = { atMs: entry.atMs, untilMs: entry.atMs + countdownMs };
      so.answer = null;
    }
    if (event.kind === 'step-succeeded') succeeded(so, event, (promise, what) => found(promise, say(what)));
  }
}

function hear(
  so: Standing,
  { how, by }: Answered,
  atMs: number,
  isLate: boolean,
  refused: (what: string) => void,
): void {
  const may = how === 'now' || how === 'hold' ? mayStop : mayOverrule;
  if (!may.includes(by)) refused(`${by} says ${how}`);
  if (so.turning === null || isLate || so.answer?.how === 'now') return;
  if (so.answer?.how === 'hold' && how === 'hold') return;
  so.answer = { how, atMs };
}

function judged(
  so: Standing,
  { judgement, isDismissed }: Extract<DeploymentEvent, { kind: 'judged' }>,
  found: Found,
): void {
  if (isDismissed === true) {
    if (so.answer?.how !== 'dismiss') found('what was found bad stays bad', 'nobody has dismissed it');
    so.isBad = false;
    so.turning = null;
    so.answer = null;
    so.isHard = false;
    so.hurriedBy = null;
    return;
  }
  const isFail = judgement.verdict.kind === 'fail';
  so.isBad ||= isFail;
  so.isHard = isFail && judgement.severity === 'hard';
}

function succeeded(
  so: Standing,
  { left }: Extract<DeploymentEvent, { kind: 'step-succeeded' }>,
  found: Found,
): void {
  if (so.isBad && so.answer?.how !== 'go-on') {
    found('what was found bad is not promoted', `although ${so.answer?.how ?? 'nobody'} was said`);
  }
  if (left.verdict?.kind === 'unknown' && so.hurriedBy === null) {
    found('what is not known is not promoted', left.verdict.because);
  }
  if (left.verdict === null || (left.verdict.kind === 'fail' && so.answer?.how !== 'go-on')) {
    found('what was found bad is not promoted', left.verdict?.because ?? 'nothing is known of it');
  }
}

/** It went back: not before its countdown was over, and not against what somebody had said in time. */
function judgeBack(
  world: World,
  step: Watched,
  { turning, answer, isHard }: Standing,
  { atMs, event }: Entry,
  found: Found,
): void {
  if (turning === null || event.kind !== 'step-failed' || event.failure.code !== 'gate-closed') return;
  if (answer?.how === 'go-on' || answer?.how === 'dismiss')
    found('who answers in time is heard', `it went back although ${answer.how} was said`);
  const { faults } = world;
  // How long something takes is reckoned by clocks that never jump outside of this place.
  if (faults.has('database-clock') || faults.has('clock-jumps') || isHard || answer?.how === 'now') return;
  const heldMs = step.watch?.heldMs ?? 0;
  const dueAtMs = answer?.how === 'hold' ? answer.atMs + heldMs : turning.untilMs;
  const earlyMs = dueAtMs - atMs;
  const what = answer?.how === 'hold' ? 'it is held for its time' : 'people have their time to answer';
  if (earlyMs > EARLY_MS) found(what, `it went back ${earlyMs} ms early`);
  if (-earlyMs > LATE_MS && isCalm(world)) found('a countdown ends', `it went back ${-earlyMs} ms late`);
}

function isCalm({ faults }: World): boolean {
  return (
    faults.incidents.size === 0 && [...faults.on].every((fault) => harmless.has(fault) || fault === 'aborts')
  );
}
