import type { Approval } from './approval.ts';
import { invariant } from './bug.ts';
import type { DeploymentEvent, PeopleEvent } from './event.ts';
import type { Order } from './order.ts';
import type { TurnAnswer } from './turn.ts';

/** Everything about a deployment that people decide, as the sum of what they did. */
export type PeopleState = {
  /** False while it waits for people, a time or its turn. Nothing of the world is touched before. */
  readonly isStarted: boolean;
  readonly startedAtMs: number | null;
  readonly order: Order | null;
  /** Not to be started before this moment; null: as soon as it may. */
  readonly untilMs: number | null;
  /** When people were last asked to say yes: approvals expire from here. */
  readonly askedAtMs: number;
  /** Of this plan and of none before it. */
  readonly approvals: readonly Approval[];
  readonly rejected: { readonly by: string; readonly why: string } | null;
  /** Its time passed without a start, or it may not be wanted any more; a person is asked. */
  readonly isMissed: boolean;
  /** Why they are asked; null where nobody was there when its time came. */
  readonly missedBecause: string | null;
  readonly isReminded: boolean;
  /** A person has said that it shall start although its time has passed. */
  readonly isSaidToStart: boolean;
  /** When somebody last said that they want it, knowing how things stood. */
  readonly wantedAtMs: number;
  /** What stood in the way when it was last tried. */
  readonly hindrance: string | null;
  /** Since when something has, without a break. */
  readonly hinderedSinceMs: number | null;
  /** Somebody has had the place for themselves meanwhile: it does not start before a person has said so again. */
  readonly isAskedFirst: boolean;
  /** The deployment that it waits behind. */
  readonly behind: string | null;
  /** What was said to have changed when it was last drawn anew. */
  readonly changes: readonly string[];
  readonly held: { readonly by: string; readonly why: string | null; readonly atMs: number } | null;
  /** Steps that asked, and who said yes. */
  readonly answers: ReadonlyMap<string, string>;
  /** Steps that are not waited for, and who said so; `*` for all that are to come. */
  readonly hurried: ReadonlyMap<string, string>;
  /** Steps whose version is about to be taken back, and what was last said to that. */
  readonly turns: ReadonlyMap<string, TurnAnswered>;
};

export type TurnAnswered = {
  readonly how: TurnAnswer;
  readonly by: string;
  readonly why: string | null;
  readonly atMs: number;
};

/** Everything to come is hurried. */
export const EVERY_STEP = '*';

export function peopleAtFirst(
  { order, waits }: Extract<DeploymentEvent, { kind: 'planned' }>,
  atMs: number,
): PeopleState {
  return {
    isStarted: waits === undefined,
    startedAtMs: waits === undefined ? atMs : null,
    order: order ?? null,
    untilMs: waits?.untilMs ?? null,
    askedAtMs: atMs,
    approvals: [],
    rejected: null,
    isMissed: false,
    missedBecause: null,
    isReminded: false,
    isSaidToStart: false,
    wantedAtMs: atMs,
    hindrance: null,
    hinderedSinceMs: null,
    isAskedFirst: false,
    behind: waits?.behind ?? null,
    changes: [],
    held: null,
    answers: new Map(),
    hurried: new Map(),
    turns: new Map(),
  };
}

const unhindered = { hindrance: null, hinderedSinceMs: null } as const;

const kinds: ReadonlySet<string> = new Set([
  'replanned',
  'approved',
  'rejected',
  'approval-void',
  'hindered',
  'missed',
  'reminded',
  'moved',
  'queued',
  'started',
  'hold-asked',
  'go-on-asked',
  'answered',
  'hurried',
  'turn-answered',
] satisfies PeopleEvent['kind'][]);

export function isPeople(event: DeploymentEvent): event is PeopleEvent {
  return kinds.has(event.kind);
}

/** What people press without knowing that it has started meanwhile; it changes nothing any more. */
export function isTooLate({ isStarted }: PeopleState, event: PeopleEvent): boolean {
  return isStarted && (event.kind === 'approved' || event.kind === 'rejected' || event.kind === 'moved');
}

/** @throws {Bug} for what cannot happen any more, or not yet. */
export function evolvePeople(state: PeopleState, event: PeopleEvent, atMs: number): PeopleState {
  switch (event.kind) {
    case 'replanned':
      return { ...waiting(state, event), approvals: [], askedAtMs: atMs, changes: event.changes };
    case 'approved': {
      const { by, person, groups, hash, comment } = event;
      const others = state.approvals.filter((approval) => approval.person !== person);
      return {
        ...waiting(state, event),
        approvals: [...others, { by, person, groups, hash, comment, atMs }],
      };
    }
    case 'rejected':
      return { ...waiting(state, event), rejected: { by: event.by, why: event.why } };
    case 'approval-void':
      return { ...waiting(state, event), approvals: state.approvals.filter(({ by }) => by !== event.by) };
    case 'hindered':
      // A freeze may also stand in the way of more traffic, long after the start.
      return event.say === ''
        ? { ...state, ...unhindered }
        : {
            ...state,
            hindrance: event.say,
            hinderedSinceMs: state.hinderedSinceMs ?? atMs,
            isAskedFirst: state.isAskedFirst || event.isAsked === true,
          };
    case 'missed':
      return { ...waiting(state, event), isMissed: true, missedBecause: event.because ?? null };
    case 'reminded':
      return { ...waiting(state, event), isReminded: true };
    case 'moved':
      return movedTo(waiting(state, event), event.untilMs, atMs);
    case 'queued':
      return { ...waiting(state, event), behind: event.behind, ...unhindered };
    case 'started':
      return { ...waiting(state, event), isStarted: true, startedAtMs: atMs, behind: null, ...unhindered };
    case 'hold-asked':
      return { ...state, held: state.held ?? { by: event.by, why: event.why, atMs } };
    case 'go-on-asked':
      return { ...(state.isMissed ? saidToStart(state, atMs) : state), held: null };
    case 'answered':
      return { ...state, answers: new Map([[event.step, event.by], ...state.answers]) };
    case 'hurried':
      return { ...state, hurried: new Map(state.hurried).set(event.step ?? EVERY_STEP, event.by) };
    case 'turn-answered': {
      const { step, how, by, why } = event;
      const turns = new Map(state.turns).set(step, { how, by, why, atMs });
      // Who was in a hurry had not seen the alarm: watching begins anew, and nobody has asked to shorten that yet.
      return how === 'dismiss' ? { ...state, turns, hurried: new Map() } : { ...state, turns };
    }
  }
}

/** Whoever said yes to one time has not said yes to another. */
function movedTo(state: PeopleState, untilMs: number, atMs: number): PeopleState {
  return {
    ...state,
    untilMs,
    approvals: [],
    askedAtMs: atMs,
    isMissed: false,
    missedBecause: null,
    isReminded: false,
    isSaidToStart: false,
    isAskedFirst: false,
    // Who moves it because they were asked about it has said that they want it.
    wantedAtMs: state.isMissed ? atMs : state.wantedAtMs,
    ...unhindered,
  };
}

function saidToStart(state: PeopleState, atMs: number): PeopleState {
  return {
    ...state,
    isMissed: false,
    missedBecause: null,
    isSaidToStart: true,
    isAskedFirst: false,
    wantedAtMs: atMs,
  };
}

function waiting(state: PeopleState, event: PeopleEvent): PeopleState {
  invariant(!state.isStarted, `${event.kind} arrived after the start`);
  return state;
}

/** Who does not want to wait for a step; null when nobody said so. */
export function hurriedBy({ hurried }: PeopleState, step: string): string | null {
  return hurried.get(step) ?? hurried.get(EVERY_STEP) ?? null;
}
