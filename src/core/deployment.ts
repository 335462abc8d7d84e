import { Bug, invariant } from './bug.ts';
import type { DeploymentEvent, Entry, Outcome, PeopleEvent, StepEvent } from './event.ts';
import type { Direction } from './intent.ts';
import { evolvePeople, isPeople, isTooLate, type PeopleState, peopleAtFirst } from './people.ts';
import type { Plan } from './plan.ts';
import { isUndecided, sparedBy } from './spared.ts';
import { evolveState, type StepState, untouched } from './step-state.ts';
import type { SourceEvidence } from './turn.ts';
import { isDecided } from './turn-back.ts';
import type { KeptVigil } from './vigil.ts';
import { type WatchPoint, withPoint } from './watch-points.ts';

/** A deployment is nothing but the sum of its journal. */
export type Deployment = {
  readonly plan: Plan;
  readonly hash: string;
  readonly steps: ReadonlyMap<string, StepState>;
  readonly direction: Direction;
  readonly outcome: Outcome | null;
  readonly because: string | null;
  readonly abort: { readonly by: string; readonly why: string | null } | null;
  /** What people decided about it. */
  readonly people: PeopleState;
  /** Targets that stay as they are although another has failed, until a person decides. */
  readonly spared: ReadonlySet<string>;
  /** Who decided that they stay. */
  readonly leftBy: string | null;
  /** By target, what the judge knows; a process may know more than its journal, never less. */
  readonly evidence: ReadonlyMap<string, Evidence>;
  /** The first step that failed: what turned it around. */
  readonly failedStep: string | null;
  readonly startedAtMs: number;
  readonly endedAtMs: number | null;
  /** Written by a newer version of the program: it may be read, never acted upon. */
  readonly isForeign: boolean;
  readonly seq: number;
};

/** What is known of the numbers of a new version at one target. */
export type Evidence = {
  /** What is normal there, by source; the judge's own. */
  readonly calibrations: Readonly<Record<string, unknown>>;
  readonly sources: Readonly<Record<string, SourceEvidence>>;
  /** When it was last written down. */
  readonly keptAtMs: number;
  /** For people: both versions over the whole time. */
  readonly points: readonly WatchPoint[];
  /** What was last seen while a person was waited for; null before that. */
  readonly vigil: KeptVigil | null;
};

export const nothingKnown: Evidence = { calibrations: {}, sources: {}, keptAtMs: 0, points: [], vigil: null };

type Planned = Extract<DeploymentEvent, { kind: 'planned' }>;

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
    const abort = deployment.abort ?? { by: event.by, why: event.why };
    return { ...next, direction: 'backward', abort, spared: new Set() };
  }
  if (isPeople(event)) return evolveByPeople(next, event, atMs);
  if (event.kind === 'vigil') return evolveVigil(next, event, atMs);
  return evolveStep(next, event, atMs);
}

function evolveByPeople(deployment: Deployment, event: PeopleEvent, atMs: number): Deployment {
  if (isTooLate(deployment.people, event) || isUnheard(deployment, event)) return deployment;
  const people = evolvePeople(deployment.people, event, atMs);
  if (event.kind === 'go-on-asked' && isUndecided(deployment))
    return { ...deployment, people, leftBy: event.by };
  if (event.kind === 'rejected') return { ...deployment, people, direction: 'backward' };
  if (event.kind !== 'replanned') return { ...deployment, people };
  const { plan, hash } = event;
  return { ...deployment, people, plan, hash, steps: untouchedSteps(plan) };
}

/** What is said to a version that goes back already, or that somebody has decided about. */
function isUnheard({ people, steps, direction }: Deployment, event: PeopleEvent): boolean {
  if (event.kind !== 'turn-answered') return false;
  const { status, turning } = steps.get(event.step) ?? untouched;
  const isOpen = direction === 'forward' && status === 'running' && turning !== null;
  return !isOpen || isDecided(people.turns.get(event.step) ?? null, event.how);
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
    spared: new Set(),
    leftBy: null,
    evidence: new Map(),
    failedStep: null,
    startedAtMs: atMs,
    endedAtMs: null,
    isForeign: false,
    seq,
  };
}

function evolveStep(deployment: Deployment, event: StepEvent, atMs: number): Deployment {
  const before = stateOf(deployment, event.step);
  const after = evolveState(before, event, atMs);
  const hasFailed = event.kind === 'step-failed';
  const steps = new Map(deployment.steps).set(event.step, after);
  const evidence = evidenceAfter(deployment, event, atMs);
  const isTurning = hasFailed && deployment.direction === 'forward';
  return {
    ...deployment,
    steps,
    people: event.kind === 'turning' ? unanswered(deployment.people, event.step) : deployment.people,
    evidence,
    spared: isTurning ? sparedBy(deployment.plan, steps) : deployment.spared,
    direction: hasFailed ? 'backward' : deployment.direction,
    failedStep: hasFailed ? (deployment.failedStep ?? event.step) : deployment.failedStep,
  };
}

function evolveVigil(
  deployment: Deployment,
  { target, vigil, worse }: Extract<DeploymentEvent, { kind: 'vigil' }>,
  atMs: number,
): Deployment {
  const known = deployment.evidence.get(target) ?? nothingKnown;
  const before = known.vigil?.sinceMs === vigil.sinceMs ? known.vigil : null;
  const said = worse === null ? (before?.worse ?? null) : { say: worse, atMs };
  const kept: KeptVigil = { ...vigil, keptAtMs: atMs, worse: said };
  return { ...deployment, evidence: new Map(deployment.evidence).set(target, { ...known, vigil: kept }) };
}

/** What was said to an earlier announcement says nothing to a new one, whatever the clocks say of the two. */
function unanswered(people: PeopleState, step: string): PeopleState {
  const turns = new Map(people.turns);
  turns.delete(step);
  return { ...people, turns };
}

function evidenceAfter(
  { plan, evidence }: Deployment,
  event: StepEvent,
  atMs: number,
): Deployment['evidence'] {
  if (event.kind !== 'calibrated' && event.kind !== 'judged') return evidence;
  const target = plan.steps.find(({ id }) => id === event.step)?.target;
  if (target === undefined) throw new Bug(`step ${event.step} is not in the plan`);
  const known = evidence.get(target) ?? { ...nothingKnown, keptAtMs: atMs };
  return new Map(evidence).set(
    target,
    event.kind === 'calibrated'
      ? { ...known, calibrations: { ...known.calibrations, ...event.calibrations } }
      : { ...known, sources: event.evidence, keptAtMs: atMs, points: withPoint(known.points, event, atMs) },
  );
}
