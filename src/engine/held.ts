import { type Deployment, stateOf } from '../core/deployment.ts';
import type { DeploymentEvent } from '../core/event.ts';
import { duration } from '../core/text.ts';

/**
 * What is to be written about a deployment that somebody has held with the traffic shared for longer than that: nobody
 * meant two versions to serve side by side for good, and what was watched before says less and less. Null: nothing.
 */
export function heldTooLong(deployment: Deployment, nowMs: number, maxMs: number): DeploymentEvent | null {
  const { people, direction, outcome } = deployment;
  const { held } = people;
  if (held === null || direction === 'backward' || outcome !== null) return null;
  if (nowMs - held.atMs < maxMs || !isShared(deployment)) return null;
  const why = `it was held for ${duration(maxMs)} with its traffic shared, and nobody let it go on`;
  return { kind: 'abort-asked', by: 'slipway', why };
}

/** Whether two versions have traffic at some target. */
function isShared(deployment: Deployment): boolean {
  return deployment.plan.targets.some(({ id }) => {
    const given = deployment.plan.steps.findLast(
      (step) => step.kind === 'route' && step.target === id && stateOf(deployment, step.id).status === 'done',
    );
    return given?.kind === 'route' && given.trafficPercent > 0 && given.trafficPercent < 100;
  });
}
