import { type Deployment, stateOf } from './deployment.ts';
import type { DeploymentEvent, Left } from './event.ts';
import type { Failure } from './failure.ts';
import { sayOneWay } from './one-way.ts';
import { hasUndo, type Plan, type Step, stepName } from './plan.ts';
import { isUndecided, stranded } from './spared.ts';
import type { StepState } from './step-state.ts';

/** What happens next: write something down, touch the world at every ready step, leave it alone, or nothing any more. */
export type Directive =
  | { readonly kind: 'record'; readonly events: readonly DeploymentEvent[] }
  | { readonly kind: 'act'; readonly acts: readonly Act[] }
  /** It has not started: see whether it may. */
  | { readonly kind: 'admit' }
  /** Somebody holds it. */
  | { readonly kind: 'hold' }
  /** Not ours to move: a newer version of the program began it. */
  | { readonly kind: 'leave' }
  | { readonly kind: 'end' };

export type Act = { readonly step: Step; readonly direction: Deployment['direction'] };

const STUMBLES_MAX = 5;

/**
 * Pure: the same deployment always gets the same answer. Steps that are barred do not begin now; everything else goes
 * on.
 */
export function decide(deployment: Deployment, barred: ReadonlySet<string> = none): Directive {
  if (deployment.outcome !== null) return { kind: 'end' };
  if (deployment.isForeign) return { kind: 'leave' };
  if (deployment.direction === 'backward') return backward(deployment);
  return deployment.people.isStarted ? forward(deployment, barred) : { kind: 'admit' };
}

const none: ReadonlySet<string> = new Set();

function forward(deployment: Deployment, barred: ReadonlySet<string>): Directive {
  const { plan } = deployment;
  const isDone = (id: string) => stateOf(deployment, id).status === 'done';
  if (plan.steps.every(({ id }) => isDone(id))) return finish('deployed', 'every step succeeded');

  const ready = plan.steps.filter(
    ({ id, needs }) => stateOf(deployment, id).status === 'waiting' && needs.every(isDone) && !barred.has(id),
  );
  const running = withStatus(deployment, 'running');
  // What is under way, watching above all, goes on: a version that is held may still have to be taken back.
  const isHeld = deployment.people.held !== null || (barred.size > 0 && ready.length === 0);
  if (isHeld) return running.length > 0 ? act(running, 'forward') : { kind: 'hold' };
  if (ready.length > 0) return record(ready.map((step) => ({ kind: 'step-started', step: step.id })));
  return act(running, 'forward');
}

/** The same graph read backwards, over the steps that were touched. */
function backward(deployment: Deployment): Directive {
  const open = touchedSteps(deployment);
  const ready = open.filter(
    (step) =>
      stateOf(deployment, step.id).status !== 'undoing' &&
      !dependents(deployment.plan, step).some((dependent) => needsUndo(deployment, dependent)),
  );
  if (ready.length > 0) return record(ready.map((step) => ({ kind: 'undo-started', step: step.id })));

  const undoing = withStatus(deployment, 'undoing');
  if (undoing.length > 0) return act(undoing, 'backward');
  if (isUndecided(deployment) && !isStuck(deployment)) return { kind: 'hold' };
  return end(deployment);
}

function stuckStep(deployment: Deployment): Step | undefined {
  return deployment.plan.steps.find((step) => stateOf(deployment, step.id).status === 'undo-failed');
}

function isStuck(deployment: Deployment): boolean {
  return stuckStep(deployment) !== undefined;
}

function end(deployment: Deployment): Directive {
  const stuck = stuckStep(deployment);
  if (stuck !== undefined) {
    const { failure } = stateOf(deployment, stuck.id);
    return finish(
      'needs-human',
      `${stepName(stuck)} of ${stuck.target} could not be taken back: ${failure?.message}`,
    );
  }
  const [left] = stranded(deployment);
  if (left !== undefined) {
    return finish(
      'needs-human',
      `${turnedAroundBy(deployment)}; ${left.id} stays as it is: ${sayOneWay(left)}`,
    );
  }
  const hasChanged = deployment.plan.steps.some((step) => stateOf(deployment, step.id).hasChanged);
  return finish(hasChanged ? 'rolled-back' : 'stopped', turnedAroundBy(deployment));
}

function turnedAroundBy({ plan, failedStep, steps, abort, people }: Deployment): string {
  const step = plan.steps.find(({ id }) => id === failedStep);
  if (step !== undefined)
    return `${stepName(step)} of ${step.target}: ${steps.get(step.id)?.failure?.message}`;
  if (people.rejected !== null) return `it was rejected: ${people.rejected.why}`;
  return abort?.why ?? 'it was asked for';
}

function touchedSteps(deployment: Deployment): Step[] {
  return deployment.plan.steps.filter((step) => isTouched(deployment, step));
}

// A step that was running or failed may have changed the world all the same, so it is taken back too.
const touchedStatuses: readonly StepState['status'][] = ['running', 'failed', 'done'];

function isTouched(deployment: Deployment, step: Step): boolean {
  const isOpen = hasUndo(step) && !deployment.spared.has(step.target);
  return isOpen && touchedStatuses.includes(stateOf(deployment, step.id).status);
}

/** Whether something of this step still stands in the way of taking back what it was built upon. */
function needsUndo(deployment: Deployment, step: Step): boolean {
  const { status } = stateOf(deployment, step.id);
  return (
    hasUndo(step) && (touchedStatuses.includes(status) || status === 'undoing' || status === 'undo-failed')
  );
}

/** Every step that comes after this one, directly or not. */
function dependents(plan: Plan, step: Step): Step[] {
  const after = new Set([step.id]);
  // Steps stand in an order in which each comes after all that it needs, so one pass finds them all.
  for (const { id, needs } of plan.steps) {
    if (needs.some((need) => after.has(need))) after.add(id);
  }
  return plan.steps.filter(({ id }) => id !== step.id && after.has(id));
}

function withStatus(deployment: Deployment, status: StepState['status']): Step[] {
  return deployment.plan.steps.filter((step) => stateOf(deployment, step.id).status === status);
}

function record(events: readonly DeploymentEvent[]): Directive {
  return { kind: 'record', events };
}

function act(steps: readonly Step[], direction: Act['direction']): Directive {
  return { kind: 'act', acts: steps.map((step) => ({ step, direction })) };
}

function finish(outcome: 'deployed' | 'rolled-back' | 'stopped' | 'needs-human', because: string): Directive {
  return record([{ kind: 'finished', outcome, because }]);
}

export type Result =
  | { readonly kind: 'done'; readonly left: Left }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** How an attempt is written down. A hiccup is tried again, but not for ever; taking back is tried for longer. */
export function conclude(deployment: Deployment, { step, direction }: Act, result: Result): DeploymentEvent {
  const isForward = direction === 'forward';
  if (result.kind === 'done') {
    return { kind: isForward ? 'step-succeeded' : 'undo-succeeded', step: step.id, left: result.left };
  }
  const { failure } = result;
  const { stumbles } = stateOf(deployment, step.id);
  const stumblesMax = isForward ? STUMBLES_MAX : 4 * STUMBLES_MAX;
  if (failure.retryAfterMs !== null && stumbles < stumblesMax)
    return { kind: 'stumbled', step: step.id, failure };
  return { kind: isForward ? 'step-failed' : 'undo-failed', step: step.id, failure };
}
