import type { Deployment } from '../core/deployment.ts';
import type { DeploymentEvent } from '../core/event.ts';
import type { Obstacle } from '../core/obstacle.ts';
import { personOf } from '../core/person.ts';
import type { PlannedTarget, Step } from '../core/plan.ts';
import { duration, plain } from '../core/text.ts';
import { obstaclesFor } from './board/index.ts';
import type { Hold } from './hold.ts';
import type { EngineParts } from './parts.ts';

/** Steps that may not be begun now, and what to write about it before anything else. */
export type Barred = { readonly steps: ReadonlySet<string>; readonly events: readonly DeploymentEvent[] };

const nothing: Barred = { steps: new Set(), events: [] };

/**
 * Which of the steps that are about to begin a freeze stops: those that give a new version more traffic, or a flag more people. Going back
 * passes, and so does who breaks the glass. What is being watched meanwhile is still watched. Where a split has stood
 * still for too long it is turned back, because nobody meant to run two versions for so long, nor expects it any more
 * when the freeze is lifted days later.
 */
export async function barredBy(
  parts: EngineParts,
  hold: Hold,
  events: readonly DeploymentEvent[],
  nowMs: number,
): Promise<Barred> {
  const deployment = hold.now();
  const { plan, people, direction } = deployment;
  if (direction === 'backward' || plan.purpose === 'roll-back' || plan.breakGlass !== undefined)
    return nothing;
  const raising = plan.steps.filter(
    (step) => (step.kind === 'route' || step.kind === 'flag') && events.some((event) => begins(event, step)),
  );
  const found = await Promise.all(
    raising.map(async (step) => ({
      step,
      obstacle: await obstacleAt(parts, deployment, step.target, nowMs),
    })),
  );
  const frozen = found.filter(({ obstacle }) => obstacle !== null);
  const say = frozen.map(({ obstacle }) => (obstacle === null ? '' : plain(obstacle.say)))[0] ?? '';
  if (say === '') return people.hindrance === null || raising.length === 0 ? nothing : cleared;
  const steps = new Set(frozen.map(({ step }) => step.id));
  return { steps, events: hindered(deployment, say, nowMs, parts.patience.frozenMaxMs) };
}

const cleared: Barred = { steps: new Set(), events: [{ kind: 'hindered', say: '' }] };

function begins(event: DeploymentEvent, { id }: Step): boolean {
  return event.kind === 'step-started' && event.step === id;
}

async function obstacleAt(
  parts: EngineParts,
  { plan, people }: Deployment,
  targetId: string,
  nowMs: number,
): Promise<Obstacle | null> {
  const target: PlannedTarget | undefined = plan.targets.find(({ id }) => id === targetId);
  if (target === undefined) return null;
  const [obstacle] = await obstaclesFor(parts, {
    service: target.service,
    environment: target.environment,
    person: personOf(plan.requestedBy, parts.catalog().people),
    what: 'increase',
    isAutomatic: people.order?.isAutomatic ?? false,
    nowMs,
  });
  return obstacle ?? null;
}

function hindered({ people }: Deployment, say: string, nowMs: number, maxMs: number): DeploymentEvent[] {
  const { hindrance, hinderedSinceMs } = people;
  if (hinderedSinceMs !== null && nowMs - hinderedSinceMs >= maxMs) {
    const why = `it stood still for ${duration(maxMs)} in front of a freeze: ${say}`;
    return [{ kind: 'abort-asked', by: 'slipway', why }];
  }
  return hindrance === say ? [] : [{ kind: 'hindered', say }];
}
