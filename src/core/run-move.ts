import { quorumOf } from './approval.ts';
import {
  callAtMs,
  FORSAKEN_MS,
  isOver,
  isSettled,
  lateAtMs,
  type Run,
  type StepState,
  SUMMARY_EVERY_MS,
  stepNamed,
  summaryAtMs,
} from './run.ts';
import { isCarriedOut, type RunbookStep } from './runbook.ts';
import { duration } from './text.ts';

/** What happens to a run. Who may do it is for others to say. */
export type RunMove =
  | { readonly kind: 'tick' }
  | { readonly kind: 'approve'; readonly approval: Run['approvals'][number] }
  | {
      readonly kind: 'settle';
      readonly step: string;
      readonly how: 'done' | 'failed';
      readonly by: string | null;
      readonly note: string | null;
      readonly lossMs: number | null;
      /** So long some may still be sent where they were before. */
      readonly lingersMs?: number;
    }
  | { readonly kind: 'skip'; readonly step: string; readonly by: string; readonly why: string }
  /** Once more, with all its time. */
  | { readonly kind: 'retry'; readonly step: string; readonly by: string }
  | { readonly kind: 'link'; readonly step: string; readonly deploymentId: string }
  /** A call is about to be made: from here on it may have happened. */
  | { readonly kind: 'intend'; readonly step: string }
  /** How far something is that the program carries out. */
  | {
      readonly kind: 'note';
      readonly step: string;
      readonly say: string;
      /** What is known of the call now: it is under way there, or it promised to have changed nothing. */
      readonly call?: 'begun' | 'refused';
    }
  | { readonly kind: 'abort'; readonly by: string | null; readonly why: string };

export type RunMoved = {
  readonly run: Run;
  /** Why nothing has changed; null when something has. */
  readonly stays: 'over' | 'not-its-turn' | 'settled' | 'not-asked' | null;
};

/** Pure: what a run is after something has happened to it at a moment. Times of a later moment never come before it. */
export function moveRun(run: Run, move: RunMove, atMs: number): RunMoved {
  const nowMs = Math.max(atMs, run.timeline.at(-1)?.atMs ?? atMs, run.askedAtMs);
  if (isOver(run)) return { run, stays: 'over' };
  if (move.kind === 'tick') {
    const after = goOn(run, nowMs);
    return { run: after, stays: after === run ? 'settled' : null };
  }
  const moved = movedBy(run, move, nowMs);
  return moved.stays === null ? { run: goOn(moved.run, nowMs), stays: null } : moved;
}

function movedBy(run: Run, move: Exclude<RunMove, { kind: 'tick' }>, nowMs: number): RunMoved {
  if (move.kind === 'approve') return approved(run, move.approval, nowMs);
  if (move.kind === 'abort') return { run: ended(run, 'aborted', move.why, move.by, nowMs), stays: null };
  const step = run.steps.find(({ name }) => name === move.step);
  const stays = step === undefined || run.phase === 'asked' ? 'not-its-turn' : standing(step, move);
  return stays === null && step !== undefined
    ? { run: withStep(run, step, move, nowMs), stays: null }
    : { run, stays: stays ?? 'not-its-turn' };
}

type StepMove = Extract<RunMove, { step: string }>;

/** Why nothing can be done to a step as it stands. */
function standing(state: StepState, move: StepMove): RunMoved['stays'] {
  if (state.status === 'waiting') return 'not-its-turn';
  if (isSettled(state) || saysNothingNew(state, move)) return 'settled';
  return move.kind === 'retry' && state.status === 'running' ? 'not-asked' : null;
}

function saysNothingNew({ status, note, deploymentId, effect }: StepState, move: StepMove): boolean {
  switch (move.kind) {
    case 'note':
      return (
        note === move.say && (move.call === undefined || (move.call === 'begun' && effect?.hasBegun === true))
      );
    case 'link':
      return deploymentId === move.deploymentId;
    case 'settle':
      return move.how === 'failed' && status === 'failed';
    default:
      return false;
  }
}

function withStep(run: Run, before: StepState, move: StepMove, nowMs: number): Run {
  switch (move.kind) {
    case 'settle': {
      const { how, by, note, lossMs, lingersMs } = move;
      const { effect: _, lingersMs: __, ...rest } = before;
      const lingers = lingersMs === undefined ? {} : { lingersMs };
      const settled = { ...rest, ...lingers, status: how, endedAtMs: nowMs, by, note, lossMs } as const;
      const lost = lossMs === null ? '' : `, with a loss of ${duration(lossMs)}`;
      return said(put(run, settled), nowMs, by, `${before.name}: ${how}${lost}${after(note)}`);
    }
    case 'skip': {
      const { by, why } = move;
      const skipped = { ...before, status: 'skipped', endedAtMs: nowMs, by, note: why } as const;
      return said(put(run, skipped), nowMs, by, `${before.name}: skipped: ${why}`);
    }
    case 'retry': {
      const { effect: _, ...rest } = before;
      const again = begun({ ...rest, deploymentId: null, note: null, by: null }, nowMs);
      return said(put(run, again), nowMs, move.by, `${before.name}: begun once more`);
    }
    case 'intend': {
      const number = (before.calls ?? 0) + 1;
      const effect = { number, sentAtMs: nowMs, hasBegun: false };
      return said(
        put(run, { ...before, calls: number, effect }),
        nowMs,
        null,
        `${before.name}: call ${number} is made`,
      );
    }
    case 'note': {
      const after = put(run, withCall({ ...before, note: move.say }, move.call));
      return before.note === move.say ? after : said(after, nowMs, null, `${before.name}: ${move.say}`);
    }
    case 'link': {
      const linked = { ...before, deploymentId: move.deploymentId };
      return said(put(run, linked), nowMs, null, `${before.name}: ${move.deploymentId} was begun`);
    }
  }
}

function approved(run: Run, approval: Run['approvals'][number], nowMs: number): RunMoved {
  if (run.phase !== 'asked') return { run, stays: 'not-asked' };
  if (run.approvals.some(({ person }) => person === approval.person)) return { run, stays: 'settled' };
  const approvals = [...run.approvals, approval];
  const yes = said({ ...run, approvals }, nowMs, approval.by, `approved${after(approval.comment)}`);
  if (!quorumOf(run.runbook.approval, run.hash, approvals).isMet) return { run: yes, stays: null };
  return {
    run: said(
      { ...yes, phase: 'running', startedAtMs: nowMs, askingSinceMs: null, calls: 0 },
      nowMs,
      null,
      'started',
    ),
    stays: null,
  };
}

// ---- What happens by itself

/** The same run where nothing has. */
function goOn(run: Run, nowMs: number): Run {
  const over = overBecause(run, nowMs);
  if (over !== null) return ended(run, 'aborted', over, null, nowMs);
  if (run.phase === 'asked') return called(run, nowMs);
  const late = withLate(run, nowMs);
  const asks = late.steps.filter(({ status }) => status === 'failed' || status === 'late');
  if (asks.length > 0) return told(called(halted(late, asks, nowMs), nowMs), nowMs);
  const going = late.phase === 'halted' ? said(resumed(late), nowMs, null, 'goes on') : late;
  return told(finished(withReady(going, nowMs), nowMs), nowMs);
}

function overBecause({ phase, runbook, askedAtMs, askingSinceMs }: Run, nowMs: number): string | null {
  if (phase === 'asked' && nowMs - askedAtMs >= runbook.approval.expiresAfterMs) {
    return 'it was not approved in time';
  }
  const isForsaken = phase === 'halted' && askingSinceMs !== null && nowMs - askingSinceMs >= FORSAKEN_MS;
  return isForsaken ? 'it halted, and nobody answered for a day' : null;
}

function withLate(run: Run, nowMs: number): Run {
  return run.steps.reduce((so: Run, step) => {
    const isLate = step.status === 'running' && nowMs >= lateAtMs(so, step);
    if (!isLate) return so;
    return said(put(so, { ...step, status: 'late' }), nowMs, null, `${step.name}: late`);
  }, run);
}

function halted(run: Run, asks: readonly StepState[], nowMs: number): Run {
  const because = asks
    .map(({ name, status }) => `${name} ${status === 'late' ? 'is late' : 'has failed'}`)
    .join(', ');
  if (run.phase === 'halted') return run.because === because ? run : { ...run, because };
  return said(
    { ...run, phase: 'halted', because, askingSinceMs: nowMs, calls: 0 },
    nowMs,
    null,
    `halted: ${because}`,
  );
}

function resumed(run: Run): Run {
  return { ...run, phase: 'running', because: null, askingSinceMs: null, calls: 0 };
}

/** Begins what is ready, until nothing new becomes ready by it: what a drill leaves alone holds nobody up. */
function withReady(run: Run, nowMs: number): Run {
  const ready = run.steps.filter(
    ({ name, status }) => status === 'waiting' && isReady(run, stepNamed(run, name)),
  );
  if (ready.length === 0) return run;
  const next = ready.reduce((so: Run, step) => {
    if (isCarriedOut(stepNamed(so, step.name), so.isDrill)) {
      return said(put(so, begun(step, nowMs)), nowMs, null, `${step.name}: begun`);
    }
    const left = { ...step, status: 'not-drilled', startedAtMs: nowMs, endedAtMs: nowMs } as const;
    return said(put(so, left), nowMs, null, `${step.name}: left alone, because this is a drill`);
  }, run);
  return withReady(next, nowMs);
}

function isReady(run: Run, { needs }: RunbookStep): boolean {
  return needs.every((need) => isSettled(run.steps.find(({ name }) => name === need)));
}

function finished(run: Run, nowMs: number): Run {
  return run.steps.every(isSettled) ? ended(run, 'done', null, null, nowMs) : run;
}

function ended(
  run: Run,
  phase: 'done' | 'aborted',
  because: string | null,
  by: string | null,
  nowMs: number,
): Run {
  const over = { ...run, phase, because, endedAtMs: nowMs, askingSinceMs: null };
  return said(over, nowMs, by, phase === 'done' ? 'every step is settled' : `aborted: ${because}`);
}

/** Once after five minutes without an answer, and then every quarter of an hour. */
function called(run: Run, nowMs: number): Run {
  const atMs = callAtMs(run);
  if (atMs === null || nowMs < atMs) return run;
  const who = run.phase === 'asked' ? 'nobody has approved it yet' : 'nobody has answered yet';
  return said({ ...run, calls: run.calls + 1 }, nowMs, null, `somebody is called: ${who}`);
}

/** Counts what stakeholders are told: at the start, and every quarter of an hour. */
function told(run: Run, nowMs: number): Run {
  const atMs = summaryAtMs(run);
  if (atMs === null || nowMs < atMs) return run;
  const summaries = 1 + Math.floor((nowMs - (run.startedAtMs ?? nowMs)) / SUMMARY_EVERY_MS);
  return { ...run, summaries };
}

// ---- Small changes

function withCall(state: StepState, call: 'begun' | 'refused' | undefined): StepState {
  const { effect, ...rest } = state;
  if (effect === undefined || call === undefined) return state;
  return call === 'refused' ? rest : { ...rest, effect: { ...effect, hasBegun: true } };
}

function begun(step: StepState, nowMs: number): StepState {
  return { ...step, status: 'running', startedAtMs: nowMs, endedAtMs: null, attempts: step.attempts + 1 };
}

function put(run: Run, step: StepState): Run {
  return { ...run, steps: run.steps.map((each) => (each.name === step.name ? step : each)) };
}

function said(run: Run, atMs: number, by: string | null, say: string): Run {
  return { ...run, timeline: [...run.timeline, { atMs, by, say }] };
}

function after(words: string | null): string {
  return words === null ? '' : `: ${words}`;
}
