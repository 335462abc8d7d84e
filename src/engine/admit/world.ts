import type { Deployment } from '../../core/deployment.ts';
import { Failed } from '../../core/failure.ts';
import { isPassedByGlass, type Obstacle } from '../../core/obstacle.ts';
import { type Order, partsOf } from '../../core/order.ts';
import { personOf } from '../../core/person.ts';
import { isSameVersion, type Plan, planHash, type Version } from '../../core/plan.ts';
import { planChanges } from '../../core/plan-parts.ts';
import { isRefusal } from '../../core/refusal.ts';
import { plain } from '../../core/text.ts';
import { obstaclesFor } from '../board/index.ts';
import { type Reading, readPlace, type Surveyed, servingOf } from '../desk/ground.ts';
import { type Place, placeAt } from '../desk/place.ts';
import { knownAs } from '../desk/version.ts';
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
  const places = placesOf(parts, order);
  if (places === null)
    return { kind: 'end', because: `${order.service} does not run in ${order.environment} any more` };
  const obstacle = await inTheWay(parts, deployment, order, nowMs);
  if (obstacle !== null) {
    return { kind: 'hindered', say: plain(obstacle.say), isAsked: obstacle.kind === 'lock' };
  }
  const ids = new Set(places.map(({ id }) => id));
  const taken = (await parts.store.targets.all()).find(({ id, takenBy }) => ids.has(id) && takenBy !== null);
  if (taken?.takenBy != null) return takenBy(parts, taken.takenBy);
  return (await recheckWish(parts, deployment, order, nowMs)) ?? redraw(parts, deployment, order, places);
}

const NEWER_MAX = 100;

/** Whether something else was put there since somebody chose the time: they may not have wanted this on top of it. */
async function recheckWish(
  parts: EngineParts,
  { people }: Deployment,
  order: Order,
  nowMs: number,
): Promise<Found | null> {
  if (people.untilMs === null) return null;
  for (const { service } of partsOf(order)) {
    const { environment } = order;
    const ended = await parts.store.journal.list({ service, environment, isActive: false, limit: NEWER_MAX });
    const newer = ended.find(
      ({ outcome, endedAtMs }) => outcome === 'deployed' && (endedAtMs ?? 0) >= people.wantedAtMs,
    );
    if (newer === undefined) continue;
    const version = newer.targets.find((target) => target.service === service)?.version ?? 'another version';
    const because = `${newer.deploymentId} has put ${version} there since this was scheduled`;
    return { kind: 'write', event: { kind: 'missed', lateMs: Math.max(0, nowMs - people.untilMs), because } };
  }
  return null;
}

/** Null when one of them is not configured there any more. */
function placesOf(parts: EngineParts, order: Order): Place[] | null {
  try {
    const found = partsOf(order).map(({ service }) => placeAt(parts, service, order.environment));
    const places = found.filter((place) => place !== null);
    return places.length === found.length ? places : null;
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
  for (const { service } of partsOf(order)) {
    const found = await obstaclesFor(parts, {
      service,
      environment: order.environment,
      person: personOf(order.requestedBy, parts.catalog().people),
      what: order.purpose === 'deploy' ? 'start' : 'back',
      isAutomatic: order.isAutomatic || people.untilMs !== null || people.behind !== null,
      nowMs,
    });
    const first = found.find((each) => plan.breakGlass === undefined || !isPassedByGlass(each));
    if (first !== undefined) return first;
  }
  return null;
}

async function redraw(
  parts: EngineParts,
  deployment: Deployment,
  order: Order,
  places: readonly Place[],
): Promise<Found> {
  const surveyed = await surveyAll(parts, deployment, order, places);
  if ('kind' in surveyed) return surveyed;
  const isThereAlready = surveyed.every(({ reading, version }) => isServing(reading, version));
  if (isThereAlready && deployment.people.behind !== null) {
    return { kind: 'end', because: `${order.version.name} serves there already` };
  }
  const glass = deployment.plan.breakGlass ?? null;
  const now = { ...order, ...pinned(order, surveyed) };
  const plan = await drawOrder(parts, now, surveyed, glass);
  if (isRefusal(plan)) return { kind: 'end', because: plain(plan.message) };
  const loosened = surveyed.map(({ place }) => whyTooLoose(deployment.plan, plan, place)).find(Boolean);
  if (loosened != null) return { kind: 'end', because: loosened };
  // A source that does not answer for a moment makes no other plan, which would void every approval.
  return (await recheckCode(parts, surveyed, plan)) ?? compare(deployment, plan);
}

async function surveyAll(
  parts: EngineParts,
  deployment: Deployment,
  order: Order,
  places: readonly Place[],
): Promise<readonly Surveyed[] | Found> {
  const surveyed: Surveyed[] = [];
  for (const [index, { version }] of partsOf(order).entries()) {
    const place = places[index];
    if (place === undefined) continue;
    const found = await survey(parts, deployment, place, version);
    if ('kind' in found) return found;
    surveyed.push(found);
  }
  return surveyed;
}

function isServing({ standing }: Reading, version: Version): boolean {
  const [serving] = servingOf(standing);
  return serving !== undefined && isSameVersion(serving.version, version);
}

/** The order as it stands for what was found now. */
function pinned(order: Order, surveyed: readonly Surveyed[]): Pick<Order, 'version' | 'parts'> {
  const [first] = surveyed;
  if (order.parts === undefined) return { version: first?.version ?? order.version };
  const parts = surveyed.map(({ place, version }) => ({ service: place.service.name, version }));
  return { version: order.version, parts };
}

async function survey(
  parts: EngineParts,
  deployment: Deployment,
  place: Place,
  wanted: Version,
): Promise<Surveyed | Found> {
  const reading = await readPlace(place);
  if (isRefusal(reading)) return { kind: 'hindered', say: plain(reading.message) };
  const [, ...others] = servingOf(reading.standing);
  if (others.length > 0)
    return { kind: 'hindered', say: `the traffic of ${place.id} is split by somebody else` };
  const version = await versionNow(parts, deployment, place, reading, wanted);
  return 'kind' in version ? version : { place, reading, version };
}

/** A name that stands for another commit now is another order: people have to see it, or to order it anew. */
async function versionNow(
  parts: EngineParts,
  { plan }: Deployment,
  place: Place,
  reading: Reading,
  version: Version,
): Promise<Version | Found> {
  const now = await knownAs(parts, place, reading, version);
  if (now === null) {
    return { kind: 'hindered', say: `${version.name} is not among the versions that can be brought up now` };
  }
  if (now.commit === version.commit) return version;
  if (plan.approval !== undefined) return now;
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
  surveyed: readonly Surveyed[],
  { purpose }: Plan,
): Promise<Found | null> {
  if (purpose === 'roll-back') return null;
  try {
    for (const { place, version } of surveyed) {
      const source = place.environment.isProtected ? parts.sourceOf(place.service) : null;
      const checks = source === null || version.commit === null ? null : await source.checks(version.commit);
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
