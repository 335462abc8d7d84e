import { z } from 'zod';
import { type Deployment, stateOf } from './deployment.ts';
import type { Obstacle, Passing } from './obstacle.ts';
import type { Offer } from './refusal.ts';
import { covers, Scope, sayScope } from './scope.ts';
import { code, type Text } from './text.ts';

/** After a rollback nothing is deployed there by itself, until somebody has looked and says that it may be again. */
export const RollbackHold = z.strictObject({
  deploymentId: z.string(),
  places: z.array(Scope).min(1),
  because: z.string(),
});
export type RollbackHold = z.infer<typeof RollbackHold>;

/** `h-7f3a9k2m`, after `d-7f3a9k2m`. */
export function rollbackHoldId(deploymentId: string): string {
  return deploymentId.replace(/^d-/, 'h-');
}

/**
 * What the end of a deployment holds: where it was taken back because it failed, and where people went back to what ran
 * before. One that somebody stopped has a person who knows, and holds nothing.
 */
export function rollbackHoldOf(deploymentId: string, deployment: Deployment): RollbackHold | null {
  const { plan, outcome, because, abort, failedStep } = deployment;
  const hasFailed = outcome === 'rolled-back' && (failedStep !== null || abort?.by === 'slipway');
  const wentBack = outcome === 'deployed' && plan.purpose === 'roll-back';
  if (!hasFailed && !wentBack) return null;
  // Whoever reads it knows neither the steps nor what they are called within.
  const failure = failedStep === null ? null : stateOf(deployment, failedStep).failure;
  return {
    deploymentId,
    places: plan.targets.map(({ service, environment }) => ({ service, environment })),
    because: wentBack ? 'people went back to what ran before' : (failure?.message ?? because ?? 'it failed'),
  };
}

/** People who order something themselves pass. */
export function rollbackHoldObstacle(id: string, hold: RollbackHold, passing: Passing): Obstacle | null {
  const { service, environment, what, isAutomatic } = passing;
  const isThere = hold.places.some((place) => covers(place, { service, environment }));
  if (!isAutomatic || what !== 'start' || !isThere) return null;
  return { kind: 'hold', from: `hold/${id}`, say: sayHold(hold), untilMs: null, offers: [resumeOffer(hold)] };
}

/** `Automatic deployments of api in staging are held since d-7f3a9k2m: it failed`. */
export function sayHold({ places, deploymentId, because }: RollbackHold): Text {
  const where = places.map(sayScope).join(', ');
  return [`Automatic deployments of ${where} are held since `, code(deploymentId), `: ${because}`];
}

/** The same on the card of what was taken back, where everything else stands already. */
export function sayHoldHere({ places }: RollbackHold): Text {
  return [`Automatic deployments of ${places.map(sayScope).join(', ')} are held until somebody resumes them`];
}

export function resumeOffer({ deploymentId, places }: RollbackHold): Offer {
  return {
    label: 'Resume automatic deployments',
    command: 'deploy-maintenance',
    text: `resume ${rollbackHoldId(deploymentId)}`,
    confirm: {
      title: 'Resume them?',
      text: `What waits to be deployed to ${places.map(sayScope).join(', ')} by itself may begin then.`,
    },
  };
}
