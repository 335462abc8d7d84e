import type { Reply } from '../../core/answer.ts';
import type { RollBackOrder } from '../../core/desk.ts';
import { isOneWayDoor } from '../../core/migration.ts';
import { DeploymentId } from '../../core/names.ts';
import type { Order } from '../../core/order.ts';
import { isSameVersion, type PlannedTarget, planHash, type Version } from '../../core/plan.ts';
import { shortHash } from '../../core/plan-parts.ts';
import { isRefusal, type Refusal, refuse } from '../../core/refusal.ts';
import { keepsReady } from '../../core/strategy/point-back.ts';
import { code } from '../../core/text.ts';
import type { KnownVersion } from '../../platform/platform.ts';
import { drawOrder } from '../draw-order.ts';
import { begin, refuseBusy } from './begin.ts';
import { type Reading, readPlace, type Surveyed, servingOf } from './ground.ts';
import { type History, historyOf, keptOf, lastGood, nameOf } from './history.ts';
import type { Place } from './place.ts';
import { findPlaces, type Places } from './places.ts';
import { refuseChanged } from './refuse-changed.ts';
import { isInsisted, previewRollBack, typedRollBack } from './roll-back-preview.ts';
import { chooseVersion } from './version.ts';
import type { Visiting } from './visitor.ts';

const ACTIVE_MAX = 100;

/** Shows what would be put back; with the hash of what was shown, puts it back. */
export async function rollBack(visiting: Visiting, order: RollBackOrder): Promise<Reply> {
  const found = findPlaces(visiting, {
    ...order,
    permission: 'roll-back',
    offer: (service, environment) =>
      typedRollBack({ ...order, service, environment, plan: null }, `${service} in ${environment}`),
  });
  if (isRefusal(found)) return found;
  const histories = new Map<string, History>();
  const surveyed = await surveyAll(visiting, found, order, histories);
  if (isRefusal(surveyed)) return surveyed;
  const asked = orderOf(visiting, found, surveyed, order);
  const plan = await drawOrder(visiting.parts, asked, surveyed, null);
  if (isRefusal(plan)) return plan;
  const hash = shortHash(planHash(plan));
  if (order.plan === null) {
    visiting.shown?.keep(hash, plan);
    return previewRollBack(order, plan, hash, histories);
  }
  const unsafe = plan.targets.find(({ migrations }) => isOneWayDoor(migrations));
  if (unsafe !== undefined && !isInsisted(order)) return refuseOneWayBack(order, unsafe);
  if (order.plan === hash) return begin(visiting, plan, { order: asked, waits: null });
  const again = typedRollBack({ ...order, plan: null }, 'Show what would be done now');
  return refuseChanged(visiting, order.plan, plan, again);
}

function refuseOneWayBack(order: RollBackOrder, { id, migrations, version }: PlannedTarget): Refusal {
  const because = migrations?.because ?? '';
  const typed = typedRollBack({ ...order, anyway: true, why: order.why ?? 'why', plan: null }, '');
  return refuse('not-allowed', [`${id} is not taken back to ${version.name}: ${because}.`], {
    next: [
      'Deploy a version that works with the database as it is; or, to take it back anyway, type ',
      code(`/deploy-rollback ${typed.text}`),
      '.',
    ],
  });
}

/** Of a product, those that are there already stay as they are. */
async function surveyAll(
  visiting: Visiting,
  { product, places }: Places,
  order: RollBackOrder,
  histories: Map<string, History>,
): Promise<readonly Surveyed[] | Refusal> {
  const surveyed: Surveyed[] = [];
  let there: Refusal | null = null;
  for (const place of places) {
    const moving = await movingAt(visiting, place);
    if (moving !== null) return refuseBusy(place.id, moving);
    const history = await historyOf(visiting.parts.store, place);
    histories.set(place.id, history);
    const back = await surveyBack(visiting, place, history, order);
    if (!isRefusal(back)) surveyed.push(back);
    else if (product !== null && back.code === 'already-running') there = back;
    else return back;
  }
  return surveyed.length === 0 && there !== null ? there : surveyed;
}

/** What a place would go back to. What the platform may still keep is brought back as it is, where that is the way. */
async function surveyBack(
  visiting: Visiting,
  place: Place,
  history: History,
  order: RollBackOrder,
): Promise<Surveyed | Refusal> {
  const reading = await readPlace(place);
  if (isRefusal(reading)) return reading;
  const version = await chooseTarget(visiting, place, reading, history, order);
  if (isRefusal(version)) return version;
  const isKept = !reading.capabilities.staged.can || keepsReady(reading.capabilities);
  return { place, reading, version, kept: isKept ? keptOf(history, version) : null };
}

/** What is on its way there is stopped, not rolled back: what ran before it is not history yet. */
async function movingAt({ parts }: Visiting, { service, environment }: Place): Promise<string | null> {
  const active = await parts.store.journal.list({
    service: service.name,
    environment: environment.name,
    isActive: true,
    limit: ACTIVE_MAX,
  });
  return active.find(({ isWaiting }) => !isWaiting)?.deploymentId ?? null;
}

async function chooseTarget(
  visiting: Visiting,
  place: Place,
  reading: Reading,
  history: History,
  order: RollBackOrder,
): Promise<KnownVersion | Refusal> {
  const running = servingOf(reading.standing);
  const now = nameOf(history, running[0]?.version ?? null);
  const wanted = await wantedVersion(visiting, place, history, order, now);
  if (typeof wanted !== 'string') return wanted;
  const version = await chooseVersion(visiting.parts, place, reading, wanted, (to) =>
    typedRollBack({ ...order, to, plan: null }, to),
  );
  if (isRefusal(version)) return version;
  const [only, ...others] = running;
  const isThere =
    others.length === 0 &&
    only !== undefined &&
    isSameVersion(only.version, version) &&
    only.health === 'healthy';
  if (!isThere) return version;
  return refuse(
    'already-running',
    [`${place.service.name} ${version.name} already serves all of ${order.environment}.`],
    {
      next: ['Nothing to do.'],
    },
  );
}

/** The version that was named, the one of the deployment that was named, or what ran well before. */
async function wantedVersion(
  { parts }: Visiting,
  place: Place,
  history: History,
  order: RollBackOrder,
  running: string | null,
): Promise<string | Refusal> {
  if (order.to === null) return lastGood(history, running) ?? nothingBefore(place);
  if (!DeploymentId.safeParse(order.to).success) return order.to;
  const summary = await parts.store.journal.find(order.to);
  const target = summary?.targets.find(({ id }) => id === place.id);
  return (
    target?.version ??
    refuse('not-found', ['There is no deployment ', code(order.to), ` of ${place.id}.`], {
      next: ['See ', code(`/deploy-status ${place.service.name}`), '.'],
    })
  );
}

function nothingBefore(place: Place): Refusal {
  const { service, environment } = place;
  return refuse('nothing-to-do', [`Nothing of ours ran at ${place.id} before what runs now.`], {
    next: [
      'Name a version: ',
      code(`/deploy-rollback ${service.name} --env ${environment.name} --to <version>`),
    ],
  });
}

function orderOf(
  { visitor }: Visiting,
  { product }: Places,
  surveyed: readonly Surveyed[],
  order: RollBackOrder,
): Order {
  const parts = surveyed.map(({ place, version }) => ({
    service: place.service.name,
    version: pin(version),
  }));
  return {
    purpose: 'roll-back',
    service: order.service,
    environment: order.environment,
    version: parts[0]?.version ?? { name: order.to ?? '', commit: null },
    ...(product === null ? {} : { parts }),
    strategy: null,
    pace: { trafficPercents: null, observeMs: null },
    requestedBy: visitor.actor.id,
    why: order.why,
    isAutomatic: false,
  };
}

function pin({ name, commit }: Version): Version {
  return { name, commit };
}
