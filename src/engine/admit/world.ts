import type { Deployment } from '../../core/deployment.ts';
import { Failed } from '../../core/failure.ts';
import type { Order } from '../../core/order.ts';
import { personOf } from '../../core/person.ts';
import { type Plan, planHash } from '../../core/plan.ts';
import { planChanges } from '../../core/plan-parts.ts';
import { isRefusal } from '../../core/refusal.ts';
import { plain } from '../../core/text.ts';
import { obstaclesFor } from '../board/index.ts';
import { readPlace, servingOf } from '../desk/ground.ts';
import { type Place, placeAt } from '../desk/place.ts';
import { drawOrder } from '../draw-order.ts';
import type { EngineParts } from '../parts.ts';
import type { Found } from './found.ts';

/** Whether the world is still as it was when people saw the plan; `clear` when it is. */
export async function recheckWorld(
  parts: EngineParts,
  deployment: Deployment,
  nowMs: number,
): Promise<Found> {
  const { order } = deployment.people;
  if (order === null) return { kind: 'end', because: 'it is not known any more what was asked for' };
  const place = placeOf(parts, order);
  if (place === null)
    return { kind: 'end', because: `${order.service} does not run in ${order.environment} any more` };
  const obstacle = await inTheWay(parts, deployment, order, nowMs);
  if (obstacle !== null) return { kind: 'hindered', say: obstacle };
  const taker = (await parts.store.targets.all()).find(({ id }) => id === place.id)?.takenBy ?? null;
  if (taker !== null) return takenBy(parts, taker);
  return (await recheckCode(parts, order, place)) ?? redraw(parts, deployment, order, place);
}

function placeOf(parts: EngineParts, order: Order): Place | null {
  try {
    return placeAt(parts, order.service, order.environment);
  } catch (error) {
    if (error instanceof Failed) return null;
    throw error;
  }
}

async function takenBy(parts: EngineParts, deploymentId: string): Promise<Found> {
  const summary = await parts.store.journal.find(deploymentId);
  if (summary?.outcome === 'needs-human') {
    return { kind: 'hindered', say: `${deploymentId} ended there in a state that a person has to look at` };
  }
  return { kind: 'taken', by: deploymentId };
}

/** The first thing on the board that stands in the way, in words; null when nothing does. */
export async function inTheWay(
  parts: EngineParts,
  { plan, people }: Deployment,
  order: Order,
  nowMs: number,
): Promise<string | null> {
  if (plan.breakGlass !== undefined) return null;
  const [obstacle] = await obstaclesFor(parts, {
    service: order.service,
    environment: order.environment,
    person: personOf(order.requestedBy, parts.catalog().people),
    what: order.purpose === 'deploy' ? 'start' : 'back',
    isAutomatic: order.isAutomatic || people.untilMs !== null || people.behind !== null,
    nowMs,
  });
  return obstacle === undefined ? null : plain(obstacle.say);
}

/** Checks that have turned red since; where nobody can say, the plan has said so. */
async function recheckCode(
  parts: EngineParts,
  { version, purpose }: Order,
  { service }: Place,
): Promise<Found | null> {
  const source = parts.sourceOf(service);
  if (source === null || version.commit === null || purpose === 'roll-back') return null;
  try {
    const { state, failing } = await source.checks(version.commit);
    if (state !== 'fail') return null;
    return { kind: 'end', because: `its checks are red now: ${failing.join(', ')}` };
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    return { kind: 'hindered', say: `its checks could not be read: ${error.failure.message}` };
  }
}

async function redraw(
  parts: EngineParts,
  deployment: Deployment,
  order: Order,
  place: Place,
): Promise<Found> {
  const reading = await readPlace(place);
  if (isRefusal(reading)) return { kind: 'hindered', say: plain(reading.message) };
  const [serving, ...others] = servingOf(reading.standing);
  if (others.length > 0)
    return { kind: 'hindered', say: `the traffic of ${place.id} is split by somebody else` };
  if (serving?.version.name === order.version.name && deployment.people.behind !== null) {
    return { kind: 'end', because: `${order.version.name} serves there already` };
  }
  const plan = await drawOrder(parts, order, place, reading, deployment.plan.breakGlass ?? null);
  if (isRefusal(plan)) return { kind: 'end', because: plain(plan.message) };
  return compare(deployment, plan);
}

function compare(deployment: Deployment, plan: Plan): Found {
  const hash = planHash(plan);
  if (hash === deployment.hash) return { kind: 'clear' };
  return {
    kind: 'write',
    event: { kind: 'replanned', plan, hash, changes: planChanges(deployment.plan, plan) },
  };
}
