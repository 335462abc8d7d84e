import type { Deployment } from '../../core/deployment.ts';
import { Failed } from '../../core/failure.ts';
import { isPassedByGlass, type Obstacle } from '../../core/obstacle.ts';
import type { Order } from '../../core/order.ts';
import { personOf } from '../../core/person.ts';
import { type Plan, planHash, type Version } from '../../core/plan.ts';
import { planChanges } from '../../core/plan-parts.ts';
import { isRefusal } from '../../core/refusal.ts';
import { plain } from '../../core/text.ts';
import { obstaclesFor } from '../board/index.ts';
import { type Reading, readPlace, servingOf } from '../desk/ground.ts';
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
  if (obstacle !== null) {
    return { kind: 'hindered', say: plain(obstacle.say), isAsked: obstacle.kind === 'lock' };
  }
  const taker = (await parts.store.targets.all()).find(({ id }) => id === place.id)?.takenBy ?? null;
  if (taker !== null) return takenBy(parts, taker);
  return (await recheckWish(parts, deployment, order, nowMs)) ?? redraw(parts, deployment, order, place);
}

const NEWER_MAX = 100;

/** Whether something else was put there since somebody chose the time: they may not have wanted this on top of it. */
async function recheckWish(
  parts: EngineParts,
  { people }: Deployment,
  { service, environment }: Order,
  nowMs: number,
): Promise<Found | null> {
  if (people.untilMs === null) return null;
  const ended = await parts.store.journal.list({ service, environment, isActive: false, limit: NEWER_MAX });
  const newer = ended.find(
    ({ outcome, endedAtMs }) => outcome === 'deployed' && (endedAtMs ?? 0) >= people.wantedAtMs,
  );
  if (newer === undefined) return null;
  const version = newer.targets.find((target) => target.service === service)?.version ?? 'another version';
  const because = `${newer.deploymentId} has put ${version} there since this was scheduled`;
  return { kind: 'write', event: { kind: 'missed', lateMs: Math.max(0, nowMs - people.untilMs), because } };
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

/** The first thing on the board that stands in the way; null when nothing does. */
async function inTheWay(
  parts: EngineParts,
  { plan, people }: Deployment,
  order: Order,
  nowMs: number,
): Promise<Obstacle | null> {
  const found = await obstaclesFor(parts, {
    service: order.service,
    environment: order.environment,
    person: personOf(order.requestedBy, parts.catalog().people),
    what: order.purpose === 'deploy' ? 'start' : 'back',
    isAutomatic: order.isAutomatic || people.untilMs !== null || people.behind !== null,
    nowMs,
  });
  return found.find((each) => plan.breakGlass === undefined || !isPassedByGlass(each)) ?? null;
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
  const version = versionNow(deployment, order, reading);
  if ('kind' in version) return version;
  const glass = deployment.plan.breakGlass ?? null;
  const plan = await drawOrder(parts, { ...order, version }, place, reading, glass);
  if (isRefusal(plan)) return { kind: 'end', because: plain(plan.message) };
  const loosened = whyTooLoose(deployment.plan, plan, place);
  if (loosened !== null) return { kind: 'end', because: loosened };
  const found = compare(deployment, plan);
  return found.kind === 'clear' ? ((await recheckCode(parts, place, plan)) ?? found) : found;
}

/** A name that stands for another commit now is another order: people have to see it, or to order it anew. */
function versionNow({ plan }: Deployment, { version }: Order, { versions }: Reading): Version | Found {
  const now = versions.find(({ name }) => name === version.name);
  if (now === undefined) {
    return { kind: 'hindered', say: `${version.name} is not among the versions that can be brought up now` };
  }
  if (now.commit === version.commit) return version;
  if (plan.approval !== undefined) return { name: now.name, commit: now.commit };
  return { kind: 'end', because: `${version.name} stands for another commit now than when it was asked for` };
}

/** What people were to say yes to never starts without them because somebody has changed the rules meanwhile. */
function whyTooLoose(before: Plan, after: Plan, { environment }: Place): string | null {
  const isFree = after.approval === undefined && after.breakGlass === undefined;
  if (!isFree || after.purpose === 'roll-back') return null;
  if (before.approval !== undefined)
    return 'nobody has to approve it any more, which is not what was asked for';
  return environment.isProtected
    ? `${environment.name} is protected now, and it is not configured who may approve there`
    : null;
}

/** Checks that have turned red since. In an unprotected place nobody asks for them. */
async function recheckCode(
  parts: EngineParts,
  { service, environment }: Place,
  { targets, purpose }: Plan,
): Promise<Found | null> {
  const source = parts.sourceOf(service);
  if (source === null || purpose === 'roll-back' || !environment.isProtected) return null;
  try {
    for (const { version } of targets) {
      const checks = version.commit === null ? null : await source.checks(version.commit);
      if (checks?.state === 'fail')
        return { kind: 'end', because: `its checks are red now: ${checks.failing.join(', ')}` };
    }
    return null;
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    return { kind: 'hindered', say: `its checks could not be read: ${error.failure.message}` };
  }
}

function compare(deployment: Deployment, plan: Plan): Found {
  const hash = planHash(plan);
  if (hash === deployment.hash) return { kind: 'clear' };
  return {
    kind: 'write',
    event: { kind: 'replanned', plan, hash, changes: planChanges(deployment.plan, plan) },
  };
}
