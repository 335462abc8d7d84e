import type { Judgement } from './analysis/judgement.ts';
import { Bug, invariant } from './bug.ts';
import type { Baseline, Left, StepEvent } from './event.ts';
import type { Failure } from './failure.ts';
import { type Direction, directionOf } from './intent.ts';
import type { Numbers } from './numbers.ts';

export type StepStatus = 'waiting' | 'running' | 'done' | 'failed' | 'undoing' | 'undone' | 'undo-failed';

/** One mutating call to a platform. `sent` and `unknown` may both have happened. */
export type Effect = {
  readonly id: string;
  readonly state: 'sent' | 'unknown' | 'confirmed' | 'not-done';
  /** Since when it is so, by the database's clock. */
  readonly sinceMs: number;
};

export type StepState = {
  readonly status: StepStatus;
  /** How often it was tried again since it last moved. */
  readonly stumbles: number;
  readonly startedAtMs: number | null;
  readonly undoStartedAtMs: number | null;
  readonly endedAtMs: number | null;
  /** The newest call made for it, in the direction it is going. */
  readonly effect: Effect | null;
  /** After a hiccup: not to be tried again before this moment. */
  readonly notBeforeMs: number;
  /** What was counted when watching began; what is judged is the difference. */
  readonly baseline: Baseline | null;
  /** How many calls were made for it; numbers the next one. */
  readonly effects: number;
  /** How many calls in a row, in the direction it is going, are known never to have arrived. */
  readonly lost: number;
  /** Whether a call of it is known to have changed the world; one that is still open may have. */
  readonly hasChanged: boolean;
  /** The release that its calls forward made or found; set as soon as it is known. */
  readonly releaseId: string | null;
  /** The release of the version before that its calls backward made or found. */
  readonly restoredId: string | null;
  readonly left: Left | null;
  readonly say: string | null;
  /** When it was last written down how far it is. */
  readonly progressedAtMs: number | null;
  readonly numbers: Numbers | null;
  readonly numbersBefore: Numbers | null;
  /** What was last concluded about the version that is watched. */
  readonly judgement: Judgement | null;
  /** It was found to be bad and is about to go back; null again once a person has said that it is not. */
  readonly turning: Turning | null;
  /** How often that was announced. */
  readonly alarms: number;
  /** Since when it is watched anew, after a false alarm; null where it never was. */
  readonly watchedAnewAtMs: number | null;
  /** When it was last written down what was concluded. */
  readonly judgedAtMs: number | null;
  /** For how long nobody was there to look meanwhile: that is held against no version. */
  readonly unwatchedMs: number;
  readonly failure: Failure | null;
};

export type Turning = {
  readonly judgement: Judgement;
  readonly sinceMs: number;
  readonly untilMs: number;
};

type Move = Extract<
  StepEvent,
  { kind: 'step-started' | 'step-succeeded' | 'step-failed' | 'stumbled' | `undo-${string}` }
>;

/** Which status each event leads to, from each status it may arrive in. Anything absent is illegal. */
const moves: Record<StepStatus, Partial<Record<Move['kind'], StepStatus>>> = {
  waiting: { 'step-started': 'running' },
  running: {
    'step-succeeded': 'done',
    'step-failed': 'failed',
    stumbled: 'running',
    'undo-started': 'undoing',
  },
  done: { 'undo-started': 'undoing' },
  failed: { 'undo-started': 'undoing' },
  undoing: { 'undo-succeeded': 'undone', 'undo-failed': 'undo-failed', stumbled: 'undoing' },
  undone: {},
  'undo-failed': {},
};

export const untouched: StepState = {
  status: 'waiting',
  stumbles: 0,
  startedAtMs: null,
  undoStartedAtMs: null,
  endedAtMs: null,
  effect: null,
  notBeforeMs: 0,
  baseline: null,
  effects: 0,
  lost: 0,
  hasChanged: false,
  releaseId: null,
  restoredId: null,
  left: null,
  say: null,
  progressedAtMs: null,
  numbers: null,
  numbersBefore: null,
  judgement: null,
  turning: null,
  alarms: 0,
  watchedAnewAtMs: null,
  judgedAtMs: null,
  unwatchedMs: 0,
  failure: null,
};

/** @throws {Bug} for a move that is not in the table, and for a note about a step that nobody is at. */
export function evolveState(before: StepState, event: StepEvent, atMs: number): StepState {
  return isMove(event) ? moved(before, event, atMs) : noted(before, event, atMs);
}

type Note = Exclude<StepEvent, Move>;

const notes: ReadonlySet<StepEvent['kind']> = new Set([
  'effect-sent',
  'effect-settled',
  'effect-unknown',
  'progressed',
  'marked',
  'calibrated',
  'judged',
  'turning',
] satisfies Note['kind'][]);

function isMove(event: StepEvent): event is Move {
  return !notes.has(event.kind);
}

function moved(before: StepState, event: Move, atMs: number): StepState {
  const status = moves[before.status][event.kind];
  if (status === undefined)
    throw new Bug(`${event.kind} is illegal for step ${event.step} while ${before.status}`);
  const after = { ...before, status, stumbles: 0, notBeforeMs: 0 };
  switch (event.kind) {
    case 'step-started':
      return { ...after, startedAtMs: atMs };
    case 'undo-started':
      // A call that is still open keeps its place: what became of it has to be known before it can be taken back.
      return {
        ...after,
        undoStartedAtMs: atMs,
        say: null,
        lost: 0,
        effect: isOpen(before.effect) ? before.effect : null,
      };
    case 'stumbled':
      return {
        ...after,
        stumbles: before.stumbles + 1,
        notBeforeMs: atMs + (event.failure.retryAfterMs ?? 0),
        say: event.failure.message,
      };
    case 'step-succeeded':
    case 'undo-succeeded':
      return {
        ...after,
        ...knownBy(before, event.left.releaseId, event.kind === 'step-succeeded' ? 'forward' : 'backward'),
        endedAtMs: atMs,
        left: event.left,
        numbers: event.left.numbers ?? before.numbers,
        numbersBefore: event.left.numbersBefore ?? before.numbersBefore,
      };
    default:
      return { ...after, endedAtMs: atMs, failure: event.failure, say: event.failure.message };
  }
}

function noted(before: StepState, event: Note, atMs: number): StepState {
  invariant(
    before.status === 'running' || before.status === 'undoing',
    `${event.kind} is illegal for step ${event.step} while ${before.status}`,
  );
  switch (event.kind) {
    case 'progressed':
      return {
        ...before,
        say: event.say,
        progressedAtMs: atMs,
        numbers: event.numbers ?? before.numbers,
        numbersBefore: event.numbersBefore ?? before.numbersBefore,
      };
    case 'marked':
      return { ...before, baseline: event.baseline };
    case 'calibrated':
      return before;
    case 'judged':
      return judged(before, event, atMs);
    case 'turning':
      return {
        ...before,
        judgement: event.judgement,
        turning: { judgement: event.judgement, sinceMs: atMs, untilMs: event.untilMs },
        alarms: before.alarms + 1,
        say: event.judgement.verdict.because,
      };
    case 'effect-sent':
      invariant(
        !isOpen(before.effect),
        `step ${event.step} sends again before it knows what became of the last call`,
      );
      return {
        ...before,
        effect: { id: event.effect, state: 'sent', sinceMs: atMs },
        effects: before.effects + 1,
      };
    case 'effect-unknown':
      return { ...before, effect: { ...effectOf(before, event.effect), state: 'unknown', sinceMs: atMs } };
    default:
      return settled(before, event, atMs);
  }
}

function judged(before: StepState, event: Extract<Note, { kind: 'judged' }>, atMs: number): StepState {
  const after = {
    ...before,
    judgement: event.judgement,
    judgedAtMs: atMs,
    say: event.say ?? before.say,
    progressedAtMs: event.say === null ? before.progressedAtMs : atMs,
    numbers: event.numbers ?? before.numbers,
    numbersBefore: event.numbersBefore ?? before.numbersBefore,
  };
  // Better numbers stop nothing; a person does.
  if (event.isDismissed === true) return { ...after, turning: null, watchedAnewAtMs: atMs, unwatchedMs: 0 };
  return { ...after, unwatchedMs: event.unwatchedMs ?? before.unwatchedMs };
}

function settled(
  before: StepState,
  event: Extract<Note, { kind: 'effect-settled' }>,
  atMs: number,
): StepState {
  const effect = effectOf(before, event.effect);
  const isDone = event.how === 'confirmed' || event.how === 'found';
  return {
    ...before,
    effect: { ...effect, state: isDone ? 'confirmed' : 'not-done', sinceMs: atMs },
    lost: isDone ? 0 : before.lost + (event.how === 'absent' ? 1 : 0),
    hasChanged: before.hasChanged || isDone,
    ...knownBy(before, event.releaseId, directionOf(event.effect)),
  };
}

/** A call that went forward makes the new release, also when its fate is learnt on the way back. */
function knownBy(
  { releaseId, restoredId }: StepState,
  id: string | null,
  direction: Direction,
): Pick<StepState, 'releaseId' | 'restoredId'> {
  return direction === 'forward'
    ? { releaseId: id ?? releaseId, restoredId }
    : { releaseId, restoredId: id ?? restoredId };
}

function effectOf(state: StepState, id: string): Effect {
  invariant(state.effect?.id === id, `effect ${id} is not the one that is open`);
  return state.effect;
}

/** Whether it is not known yet what became of a call. */
export function isOpen(effect: Effect | null): effect is Effect {
  return effect !== null && (effect.state === 'sent' || effect.state === 'unknown');
}
