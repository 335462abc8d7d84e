import type { Reply } from '../../core/answer.ts';
import type { DeployOrder } from '../../core/desk.ts';
import type { Order } from '../../core/order.ts';
import { type BreakGlass, isSameVersion, type Plan, planHash } from '../../core/plan.ts';
import { shortHash } from '../../core/plan-parts.ts';
import { isRefusal, type Refusal } from '../../core/refusal.ts';
import { resumeOffer, sayHold } from '../../core/rollback-hold.ts';
import { contract } from '../../core/strategy/contract.ts';
import { strategyNamed } from '../../core/strategy/index.ts';
import { holdsAt } from '../board/rollback-hold.ts';
import { drawOrder } from '../draw-order.ts';
import { readsFlag } from '../flags/ground.ts';
import { begin, begunBefore } from './begin.ts';
import { refuseStanding, unknownStrategy } from './deploy-refusals.ts';
import {
  refuseObstacle,
  refuseOneWay,
  refuseRed,
  refuseStranger,
  refuseUnapprovable,
} from './deploy-rules.ts';
import { type DeploySurvey, surveyAll } from './deploy-survey.ts';
import { servingOf } from './ground.ts';
import { joinLine } from './line.ts';
import { findPlaces, type Places } from './places.ts';
import { plainRuleNotes } from './plain-rules.ts';
import { previewOrder } from './preview.ts';
import { refuseChanged } from './refuse-changed.ts';
import { refuseTakenBack } from './taken-back.ts';
import { typedOrder } from './typed-order.ts';
import type { Visiting } from './visitor.ts';
import { refuseWaivers } from './waive.ts';

/** `/deploy-staging api v2`: draws the plan from what really runs, and begins it, or shows it first. */
export async function deploy(visiting: Visiting, order: DeployOrder): Promise<Reply> {
  const permission = order.breakGlass === null ? 'deploy' : 'emergency';
  const found = findPlaces(visiting, {
    ...order,
    permission,
    offer: (service, environment) => typedOrder(order, { service, environment }, service),
  });
  if (isRefusal(found)) return found;
  // What this very request has made is known before anything is looked at, which has changed by it.
  const early =
    (await refuseAsker(visiting, order, found, permission)) ??
    (await begunBefore(visiting)) ??
    refuseStrategy(order);
  if (early !== null) return early;

  const surveyed = await surveyAll(visiting, found, order);
  if (isRefusal(surveyed)) return surveyed;
  const taken = surveyed.find((each) => each.taken !== null)?.taken ?? null;
  // Whoever has the place may be what this very request has made meanwhile, where it is handled twice at once.
  const before = taken === null ? null : await begunBefore(visiting);
  if (before !== null) return before;
  const due = dueOf(found, order, surveyed);
  const refused = refuseWaivers(visiting, order, due) ?? (await refuseAny(visiting, order, due));
  if (refused !== null) return refused;

  const asked = orderOf(visiting, order, found, due);
  const plan = await drawOrder(visiting.parts, asked, due, glassOf(visiting, order));
  if (isRefusal(plan)) return plan;
  return tellOfHolds(visiting, due, await carryOut(visiting, order, { asked, plan, taken, due }));
}

function refuseStrategy(order: DeployOrder): Refusal | null {
  return order.strategy !== null && strategyNamed(order.strategy) === null ? unknownStrategy(order) : null;
}

async function refuseAsker(
  visiting: Visiting,
  order: DeployOrder,
  { places }: Places,
  permission: 'deploy' | 'emergency',
): Promise<Refusal | null> {
  for (const place of places) {
    const unfit = (await refuseStranger(visiting, place, permission)) ?? refuseUnapprovable(place, order);
    if (unfit !== null) return unfit;
  }
  return null;
}

async function refuseAny(
  visiting: Visiting,
  order: DeployOrder,
  due: readonly DeploySurvey[],
): Promise<Refusal | null> {
  for (const each of due) {
    const refused = await refuseAt(visiting, order, each);
    if (refused !== null) return refused;
  }
  return null;
}

/**
 * What a product's services run already is not deployed again, unless nothing else is left or it was asked for. Those
 * that have a flag that shall be turned still have it turned.
 */
function dueOf(
  { product }: Places,
  { again, flags }: DeployOrder,
  surveyed: readonly DeploySurvey[],
): readonly DeploySurvey[] {
  if (product === null || again) return surveyed;
  const due = surveyed.filter(({ place, reading, version, taken }) => {
    if (flags.some(({ key }) => readsFlag(place, key))) return true;
    const [serving, ...others] = servingOf(reading.standing);
    const isThere = others.length === 0 && serving !== undefined && isSameVersion(serving.version, version);
    return taken !== null || !isThere || serving.health !== 'healthy';
  });
  return due.length === 0 ? surveyed : due;
}

async function refuseAt(
  visiting: Visiting,
  order: DeployOrder,
  { place, reading, version, taken }: DeploySurvey,
): Promise<Refusal | null> {
  return (
    refuseOneWay(order, reading) ??
    refuseStanding(place, reading, version, order, taken) ??
    (await refuseTakenBack(visiting, place, version, order)) ??
    (await refuseRed(visiting, place, version)) ??
    (await refuseObstacle(visiting, place, order))
  );
}

/** Who orders something themselves passes what holds automatic deployments after a rollback, and is told of it. */
async function tellOfHolds({ parts }: Visiting, due: readonly DeploySurvey[], reply: Reply): Promise<Reply> {
  if (isRefusal(reply)) return reply;
  let told = reply;
  for (const { place } of due) {
    const scope = { service: place.service.name, environment: place.environment.name };
    const [hold] = await holdsAt(parts, scope);
    if (hold === undefined) continue;
    const offers = [...(told.offers ?? []), resumeOffer(hold)];
    told = { ...told, parts: [...told.parts, { kind: 'note', text: sayHold(hold) }], offers };
  }
  return told;
}

function orderOf(
  { visitor }: Visiting,
  order: DeployOrder,
  { product }: Places,
  due: readonly DeploySurvey[],
): Order {
  const versions = due.map(({ place, version: { name, commit } }) => ({
    service: place.service.name,
    version: { name, commit },
    strategy: place.target.strategy,
  }));
  const [only] = versions;
  const named = { name: order.ref ?? '', commit: null };
  return {
    purpose: 'deploy',
    service: order.service,
    environment: order.environment,
    version: product === null ? (only?.version ?? named) : named,
    ...(product === null ? {} : { parts: versions.map(({ service, version }) => ({ service, version })) }),
    strategy: product === null ? (order.strategy ?? only?.strategy ?? null) : order.strategy,
    pace: {
      trafficPercents: order.trafficPercents === null ? null : [...order.trafficPercents],
      observeMs: order.observeMs,
    },
    ...(order.waives.length === 0 ? {} : { waives: [...order.waives] }),
    ...(order.flags.length === 0 ? {} : { flags: order.flags.map(({ key, percent }) => ({ key, percent })) }),
    ...(order.again && order.flags.length > 0 ? { again: true as const } : {}),
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
  readonly due: readonly DeploySurvey[];
};

/** Where people have to see the plan first it is shown; with the hash of what was shown it is begun. */
async function carryOut(visiting: Visiting, order: DeployOrder, drawn: Drawn): Promise<Reply> {
  const { asked, plan, taken, due } = drawn;
  const isContract = asked.strategy === contract.id;
  const mustBeSeen =
    isContract ||
    plan.approval !== undefined ||
    plan.breakGlass !== undefined ||
    plan.waived !== undefined ||
    order.atMs !== null;
  const hash = shortHash(planHash(plan));
  // A plan that is drawn over what is just being changed would not be the one that runs.
  if (mustBeSeen && taken !== null && order.atMs === null) return taken;
  if (mustBeSeen && order.plan === null) {
    visiting.shown?.keep(hash, plan);
    return previewOrder(order, plan, hash, await plainRuleNotes(visiting.parts, plan));
  }
  if (order.plan !== null && order.plan !== hash) {
    const again = typedOrder(order, { plan: null }, 'Show what would be done now');
    return refuseChanged(visiting, order.plan, plan, again);
  }
  const waits = { untilMs: order.atMs };
  if (mustBeSeen) {
    // A waiting order takes nothing: what is on its way there now is met again when it starts.
    return begin(visiting, plan, { order: asked, waits });
  }
  const lines = await Promise.all(due.map(({ place }) => visiting.parts.store.journal.line(place.id)));
  const line = [...new Set(lines.flat())];
  if (taken === null && line.length === 0) return begin(visiting, plan, { order: asked, waits: null });
  return joinLine(visiting, order, { asked, plan, taken, line });
}
