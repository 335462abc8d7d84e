import type { Outcome } from './event.ts';
import type { Direction } from './intent.ts';
import { hasUndo, type Plan, type Step } from './plan.ts';
import type { StepState } from './step-state.ts';

/**
 * The targets that stay as they are when a step fails, where that is the policy: those that are finished. What was under
 * way is taken back with the one that failed, because nothing is ever left half-way.
 */
export function sparedBy(
  { onFailure, targets, steps }: Plan,
  states: ReadonlyMap<string, StepState>,
): ReadonlySet<string> {
  if (onFailure !== 'ask') return new Set();
  const isFinished = (id: string) =>
    steps.filter(({ target }) => target === id).every((step) => states.get(step.id)?.status === 'done');
  return new Set(targets.map(({ id }) => id).filter(isFinished));
}

/** As much of a deployment as it takes to see whether it waits for that decision. */
type Turned = {
  readonly plan: Plan;
  readonly steps: ReadonlyMap<string, StepState>;
  readonly direction: Direction;
  readonly outcome: Outcome | null;
  readonly spared: ReadonlySet<string>;
  readonly leftBy: string | null;
};

/** Everything else has been taken back, and nobody has said yet what shall become of what is finished. */
export function isUndecided(deployment: Turned): boolean {
  const { outcome, direction, spared, leftBy, plan } = deployment;
  if (outcome !== null || direction === 'forward' || spared.size === 0 || leftBy !== null) return false;
  return plan.steps.every((step) => spared.has(step.target) || isAtRest(deployment, step));
}

function isAtRest({ steps }: Turned, step: Step): boolean {
  const status = steps.get(step.id)?.status;
  const isUntouched = status === 'waiting' || status === 'undone' || status === 'undo-failed';
  return isUntouched || !hasUndo(step);
}
