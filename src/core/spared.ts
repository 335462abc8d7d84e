import type { Outcome } from './event.ts';
import type { Direction } from './intent.ts';
import { whyOneWay } from './one-way.ts';
import { hasUndo, type Plan, type PlannedTarget, type Step } from './plan.ts';
import type { StepState } from './step-state.ts';

/**
 * The targets that stay as they are when a step fails: where that is the policy, those that are finished; what was under
 * way is taken back with the one that failed. And those whose old version the database has been taken from.
 */
export function sparedBy(plan: Plan, states: ReadonlyMap<string, StepState>): ReadonlySet<string> {
  const ids = plan.targets.map(({ id }) => id);
  return new Set(
    ids.filter(
      (id) =>
        (plan.onFailure === 'ask' && isFinished(plan, states, id)) || whyOneWay(plan, states, id) !== null,
    ),
  );
}

function isFinished({ steps }: Plan, states: ReadonlyMap<string, StepState>, id: string): boolean {
  return steps.filter(({ target }) => target === id).every((step) => states.get(step.id)?.status === 'done');
}

/** What stays although it is not finished: there is no way back for it, and nobody has said that it goes all the same. */
export function stranded({
  plan,
  steps,
  spared,
}: Pick<Turned, 'plan' | 'steps' | 'spared'>): PlannedTarget[] {
  return plan.targets.filter(({ id }) => spared.has(id) && !isFinished(plan, steps, id));
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
