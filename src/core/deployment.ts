import { Bug, invariant } from './bug.ts';
import type { Baseline, DeploymentEvent, Entry, Left, Outcome, PeopleEvent, StepEvent } from './event.ts';
import type { Failure } from './failure.ts';
import type { Numbers } from './numbers.ts';
import { evolvePeople, isPeople, isTooLate, type PeopleState, peopleAtFirst } from './people.ts';
import type { Plan } from './plan.ts';

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
  /** The release that its calls made or found; set as soon as it is known. */
  readonly releaseId: string | null;
  readonly left: Left | null;
  readonly say: string | null;
  /** When it was last written down how far it is. */
  readonly progressedAtMs: number | null;
  readonly numbers: Numbers | null;
  readonly numbersBefore: Numbers | null;
  readonly failure: Failure | null;
};

/** A deployment is nothing but the sum of its journal. */
export type Deployment = {
  readonly plan: Plan;
  readonly hash: string;
  readonly steps: ReadonlyMap<string, StepState>;
  readonly direction: 'forward' | 'backward';
  readonly outcome: Outcome | null;
  readonly because: string | null;
  readonly abort: { readonly by: string; readonly why: string | null } | null;
  /** What people decided about it. */
  readonly people: PeopleState;
  /** The first step that failed: what turned it around. */
  readonly failedStep: string | null;
  readonly startedAtMs: number;
  readonly endedAtMs: number | null;
  /** Written by a newer version of the program: it may be read, never acted upon. */
  readonly isForeign: boolean;
  readonly seq: number;
};

type Planned = Extract<DeploymentEvent, { kind: 'planned' }>;

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

/** @throws {Bug} for a move that is not in the table, and for events before the plan or after the end. */
export function evolve(deployment: Deployment | null, { seq, atMs, event }: Entry): Deployment {
  if (event.kind === 'planned') {
    invariant(deployment === null, 'a deployment is planned once');
    return begun(event, seq, atMs);
  }
  invariant(deployment !== null, `${event.kind} arrived before the plan`);
  const next = { ...deployment, seq };
  if (event.kind === 'foreign') return { ...next, isForeign: true };
  if (event.kind === 'finished') {
    invariant(deployment.outcome === null, 'a deployment ends once');
    return { ...next, outcome: event.outcome, because: event.because, endedAtMs: atMs };
  }
  invariant(deployment.outcome === null, `${event.kind} arrived after the end`);
  if (event.kind === 'abort-asked') {
    return { ...next, direction: 'backward', abort: deployment.abort ?? { by: event.by, why: event.why } };
  }
  if (isPeople(event)) return evolveByPeople(next, event, atMs);
  return evolveStep(next, event, atMs);
}

function evolveByPeople(deployment: Deployment, event: PeopleEvent, atMs: number): Deployment {
  if (isTooLate(deployment.people, event)) return deployment;
  const people = evolvePeople(deployment.people, event, atMs);
  if (event.kind === 'rejected') return { ...deployment, people, direction: 'backward' };
  if (event.kind !== 'replanned') return { ...deployment, people };
  const { plan, hash } = event;
  return { ...deployment, people, plan, hash, steps: untouchedSteps(plan) };
}

/** @throws {Bug} when the journal is empty or illegal. */
export function replay(entries: readonly Entry[]): Deployment {
  const deployment = entries.reduce<Deployment | null>(evolve, null);
  invariant(deployment !== null, 'a deployment starts with its plan');
  return deployment;
}

export function stateOf(deployment: Deployment, step: string): StepState {
  const state = deployment.steps.get(step);
  if (state === undefined) throw new Bug(`step ${step} is not in the plan`);
  return state;
}

function untouchedSteps({ steps }: Plan): Deployment['steps'] {
  return new Map(steps.map(({ id }) => [id, untouched]));
}

function begun(planned: Planned, seq: number, atMs: number): Deployment {
  const { plan, hash } = planned;
  return {
    plan,
    hash,
    steps: untouchedSteps(plan),
    people: peopleAtFirst(planned, atMs),
    direction: 'forward',
    outcome: null,
    because: null,
    abort: null,
    failedStep: null,
    startedAtMs: atMs,
    endedAtMs: null,
    isForeign: false,
    seq,
  };
}

const untouched: StepState = {
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
  left: null,
  say: null,
  progressedAtMs: null,
  numbers: null,
  numbersBefore: null,
  failure: null,
};

function evolveStep(deployment: Deployment, event: StepEvent, atMs: number): Deployment {
  const before = stateOf(deployment, event.step);
  const after = isMove(event) ? moved(before, event, atMs) : noted(before, event, atMs);
  const hasFailed = event.kind === 'step-failed';
  return {
    ...deployment,
    steps: new Map(deployment.steps).set(event.step, after),
    direction: hasFailed ? 'backward' : deployment.direction,
    failedStep: hasFailed ? (deployment.failedStep ?? event.step) : deployment.failedStep,
  };
}

type Note = Exclude<StepEvent, Move>;

function isMove(event: StepEvent): event is Move {
  return !['effect-sent', 'effect-settled', 'effect-unknown', 'progressed', 'marked'].includes(event.kind);
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
        endedAtMs: atMs,
        left: event.left,
        releaseId: event.left.releaseId ?? before.releaseId,
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
    releaseId: event.releaseId ?? before.releaseId,
  };
}

function effectOf(state: StepState, id: string): Effect {
  invariant(state.effect?.id === id, `effect ${id} is not the one that is open`);
  return state.effect;
}

/** Whether it is not known yet what became of a call. */
export function isOpen(effect: Effect | null): effect is Effect {
  return effect !== null && (effect.state === 'sent' || effect.state === 'unknown');
}
