import type { Reply } from '../../core/answer.ts';
import type { DeployOrder } from '../../core/desk.ts';
import { isPassedByGlass } from '../../core/obstacle.ts';
import type { Order } from '../../core/order.ts';
import { personOf } from '../../core/person.ts';
import { type BreakGlass, type Plan, planHash } from '../../core/plan.ts';
import { shortHash } from '../../core/plan-parts.ts';
import { isRefusal, type Refusal, refuse } from '../../core/refusal.ts';
import { resumeOffer, sayHold } from '../../core/rollback-hold.ts';
import { strategyNamed } from '../../core/strategy/index.ts';
import { code, plain, type Text } from '../../core/text.ts';
import type { KnownVersion } from '../../platform/platform.ts';
import { obstaclesFor } from '../board/index.ts';
import { holdsAt } from '../board/rollback-hold.ts';
import { drawOrder } from '../draw-order.ts';
import { begin, begunBefore, refuseTaken } from './begin.ts';
import { refuseStanding, unknownStrategy } from './deploy-refusals.ts';
import { type Reading, readPlace } from './ground.ts';
import { joinLine } from './line.ts';
import { findPlace, type Place, refuseUnlessAllowed } from './place.ts';
import { previewOrder } from './preview.ts';
import { typedOrder } from './typed-order.ts';
import { chooseVersion } from './version.ts';
import type { Visiting } from './visitor.ts';

/** `/deploy-staging api v2`: draws the plan from what really runs, and begins it, or shows it first. */
export async function deploy(visiting: Visiting, order: DeployOrder): Promise<Reply> {
  const permission = order.breakGlass === null ? 'deploy' : 'emergency';
  const place = findPlace(visiting, {
    ...order,
    permission,
    offer: (service, environment) => typedOrder(order, { service, environment }, service),
  });
  if (isRefusal(place)) return place;
  // What this very request has made is known before anything is looked at, which has changed by it.
  const early =
    (await refuseStranger(visiting, place, permission)) ??
    refuseUnapprovable(place, order) ??
    (await begunBefore(visiting));
  if (early !== null) return early;
  if (strategyNamed(order.strategy ?? place.target.strategy) === null) return unknownStrategy(order);

  const ground = await lookAround(visiting, place, order);
  if (isRefusal(ground)) return ground;
  const { reading, version, taken } = ground;
  // Whoever has the place may be what this very request has made meanwhile, where it is handled twice at once.
  const before = taken === null ? null : await begunBefore(visiting);
  if (before !== null) return before;
  const refused =
    refuseOneWay(order, reading) ??
    refuseStanding(place, reading, version, order, taken) ??
    (await refuseRed(visiting, place, version)) ??
    (await refuseObstacle(visiting, place, order));
  if (refused !== null) return refused;

  const asked = orderOf(visiting, order, place, version);
  const breakGlass = glassOf(visiting, order);
  const plan = await drawOrder(visiting.parts, asked, place, reading, breakGlass);
  if (isRefusal(plan)) return plan;
  return tellOfHolds(visiting, place, await carryOut(visiting, order, { asked, plan, taken, place }));
}

/** Who orders something themselves passes what holds automatic deployments after a rollback, and is told of it. */
async function tellOfHolds({ parts }: Visiting, place: Place, reply: Reply): Promise<Reply> {
  if (isRefusal(reply)) return reply;
  const scope = { service: place.service.name, environment: place.environment.name };
  const [hold] = await holdsAt(parts, scope);
  if (hold === undefined) return reply;
  const offers = [...(reply.offers ?? []), resumeOffer(hold)];
  return { ...reply, parts: [...reply.parts, { kind: 'note', text: sayHold(hold) }], offers };
}

/** Whoever wants something of a protected environment is looked up now, not as they were a minute ago. */
async function refuseStranger(
  { parts, visitor }: Visiting,
  { service, environment }: Place,
  permission: 'deploy' | 'emergency',
): Promise<Refusal | null> {
  if (!environment.isProtected) return null;
  const actor = await parts.directory.look(visitor.actor, 'fresh');
  const place = { permission, service: service.name, environment: environment.name };
  return refuseUnlessAllowed(parts.catalog(), actor, place);
}

function refuseUnapprovable({ environment }: Place, order: DeployOrder): Refusal | null {
  if (!environment.isProtected || environment.approval !== null || order.breakGlass !== null) return null;
  return refuse(
    'not-allowed',
    [`${environment.name} is protected, and it is not configured who may approve what is deployed there.`],
    {
      next: [
        'Somebody who looks after slipway.yml can say so under ',
        code(`environments.${environment.name}.approvals`),
        '. What runs there can be rolled back with ',
        code('/deploy-rollback'),
        '.',
      ],
    },
  );
}

type Ground = {
  readonly reading: Reading;
  readonly version: KnownVersion;
  readonly taken: Refusal | null;
};

async function lookAround({ parts }: Visiting, place: Place, order: DeployOrder): Promise<Ground | Refusal> {
  const takenBefore = await refuseTaken(parts.store, place.id);
  const reading = await readPlace(place);
  if (isRefusal(reading)) return reading;
  // Asked on both sides of the reading: whichever of ours made what was read had the place at one of the two.
  const taken = takenBefore ?? (await refuseTaken(parts.store, place.id));
  const version = chooseVersion(order.service, reading.versions, order.ref, (ref) =>
    typedOrder(order, { ref }, ref),
  );
  return isRefusal(version) ? version : { reading, version, taken };
}

/** Nobody breaks the glass without a way back. */
function refuseOneWay({ breakGlass }: DeployOrder, { capabilities }: Reading): Refusal | null {
  if (breakGlass === null || capabilities.rollback.can) return null;
  return refuse('not-supported', [`There would be no way back: ${capabilities.rollback.say}`]);
}

/** Checks of the code that are known to be red: nothing skips them. What is not known is said in the plan. */
async function refuseRed(
  { parts }: Visiting,
  { service, environment }: Place,
  { name, commit }: KnownVersion,
): Promise<Refusal | null> {
  const source = parts.sourceOf(service);
  if (source === null || commit === null || !environment.isProtected) return null;
  const checks = await source.checks(commit).catch(() => null);
  if (checks?.state !== 'fail') return null;
  return refuse('not-allowed', [`The checks of ${name} are red: ${checks.failing.join(', ')}.`], {
    next: ['Put them right, or choose another version.'],
  });
}

async function refuseObstacle(
  { parts, visitor }: Visiting,
  { service, environment }: Place,
  order: DeployOrder,
): Promise<Refusal | null> {
  // What is to start later meets what hangs there then.
  if (order.atMs !== null) return null;
  const found = await obstaclesFor(parts, {
    service: service.name,
    environment: environment.name,
    person: personOf(visitor.actor.id, parts.catalog().people),
    what: 'start',
    isAutomatic: false,
    nowMs: await parts.store.nowMs(),
  });
  const obstacle = found.find((each) => order.breakGlass === null || !isPassedByGlass(each));
  if (obstacle === undefined) return null;
  return refuse('target-held', fullStop(obstacle.say), {
    next: ['See everything that stands in the way with ', code('/deploy-maintenance list'), '.'],
    offers: obstacle.offers ?? [],
  });
}

function fullStop(say: Text): Text {
  return /[.!?…]$/.test(plain(say)) ? say : [...say, '.'];
}

function orderOf({ visitor }: Visiting, order: DeployOrder, place: Place, version: KnownVersion): Order {
  return {
    purpose: 'deploy',
    service: place.service.name,
    environment: place.environment.name,
    version: { name: version.name, commit: version.commit },
    strategy: order.strategy ?? place.target.strategy,
    pace: {
      trafficPercents: order.trafficPercents === null ? null : [...order.trafficPercents],
      observeMs: order.observeMs,
    },
    requestedBy: visitor.actor.id,
    why: order.why,
    isAutomatic: false,
  };
}

function glassOf({ visitor }: Visiting, { breakGlass }: DeployOrder): BreakGlass | null {
  return breakGlass === null ? null : { by: visitor.actor.id, ...breakGlass };
}

type Drawn = {
  readonly asked: Order;
  readonly plan: Plan;
  readonly taken: Refusal | null;
  readonly place: Place;
};

/** Where people have to see the plan first it is shown; with the hash of what was shown it is begun. */
async function carryOut(visiting: Visiting, order: DeployOrder, drawn: Drawn): Promise<Reply> {
  const { asked, plan, taken, place } = drawn;
  const mustBeSeen = plan.approval !== undefined || plan.breakGlass !== undefined || order.atMs !== null;
  const hash = shortHash(planHash(plan));
  // A plan that is drawn over what is just being changed would not be the one that runs.
  if (mustBeSeen && taken !== null && order.atMs === null) return taken;
  if (mustBeSeen && order.plan === null) return previewOrder(order, plan, hash);
  if (order.plan !== null && order.plan !== hash) return changed(order);
  const waits = { untilMs: order.atMs };
  if (mustBeSeen) {
    // A waiting order takes nothing: what is on its way there now is met again when it starts.
    return begin(visiting, plan, { order: asked, waits });
  }
  const line = await visiting.parts.store.journal.line(place.id);
  if (taken === null && line.length === 0) return begin(visiting, plan, { order: asked, waits: null });
  return joinLine(visiting, order, { asked, plan, taken, line });
}

function changed(order: DeployOrder): Refusal {
  return refuse(
    'plan-changed',
    ['What would be done is no longer what you were shown. Nothing was changed.'],
    {
      next: ['Look at it again.'],
      offers: [typedOrder(order, { plan: null }, 'Show what would be done now')],
    },
  );
}
