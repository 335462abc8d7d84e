import { type Deployment, stateOf } from './deployment.ts';
import type { PlannedTarget } from './plan.ts';
import { isUndecided, stranded } from './spared.ts';

/** A new version that keeps its share of the traffic while a person is waited for, and that no step is watching. */
export type Standing = {
  readonly target: PlannedTarget;
  readonly trafficPercent: number;
  /** Since when a person is waited for. */
  readonly sinceMs: number;
};

/**
 * Where that is so: what has no way back and is not good, until a person decides; and what is held, or kept back by
 * something on the board, between two shares.
 */
export function standing(deployment: Deployment): Standing[] {
  const sinceMs = waitedSinceMs(deployment);
  if (sinceMs === null) return [];
  const isLeft = isUndecided(deployment);
  const targets = isLeft ? stranded(deployment) : deployment.plan.targets;
  return targets.flatMap((target) => {
    const trafficPercent = shareAt(deployment, target.id);
    const stands = isLeft || (trafficPercent < 100 && !isWatched(deployment, target.id));
    return trafficPercent > 0 && stands ? [{ target, trafficPercent, sinceMs }] : [];
  });
}

/** Null where nobody is waited for. */
function waitedSinceMs(deployment: Deployment): number | null {
  const { outcome, direction, people, failedStep } = deployment;
  if (outcome !== null) return null;
  if (isUndecided(deployment)) return failedStep === null ? null : stateOf(deployment, failedStep).endedAtMs;
  if (direction === 'backward' || !people.isStarted) return null;
  return people.held?.atMs ?? people.hinderedSinceMs;
}

function isWatched(deployment: Deployment, target: string): boolean {
  return deployment.plan.steps.some(
    (step) =>
      step.target === target && step.kind === 'observe' && stateOf(deployment, step.id).status === 'running',
  );
}

/** The share that the new version was last given there, in percent. */
function shareAt(deployment: Deployment, target: string): number {
  const given = deployment.plan.steps.findLast(
    (step) =>
      step.target === target &&
      (step.kind === 'route' || step.kind === 'replace') &&
      stateOf(deployment, step.id).status === 'done',
  );
  if (given === undefined) return 0;
  return given.kind === 'route' ? given.trafficPercent : 100;
}
