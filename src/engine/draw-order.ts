import type { ApprovalRule } from '../core/approval.ts';
import { type Environment, productNamed } from '../core/catalog.ts';
import { drawPlan, type Ground } from '../core/draw-plan.ts';
import { isOneWayDoor } from '../core/migration.ts';
import type { Order } from '../core/order.ts';
import type { BreakGlass, Changes, Plan, PlannedTarget } from '../core/plan.ts';
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
import { allAtOnce } from '../core/strategy/all-at-once.ts';
import { flagsOnly } from '../core/strategy/flags-only.ts';
import { inPlace } from '../core/strategy/in-place.ts';
import { strategyNamed } from '../core/strategy/index.ts';
import { keepsReady, pointBack } from '../core/strategy/point-back.ts';
import type { Strategy } from '../core/strategy/strategy.ts';
import { checksOf } from './code-checks.ts';
import { changesBetween } from './desk/compare/changes.ts';
import { groundOf, type Surveyed, turnsFlagsAlone } from './desk/ground.ts';
import type { Place } from './desk/place.ts';
import { flagsAt, refuseStrangeFlags } from './flags/ground.ts';
import { planMigrations, untouched } from './migrations/plan.ts';
import type { EngineParts } from './parts.ts';
import { waivedTerms, withoutWaived } from './waived.ts';
import { refuseTooShort } from './watched-too-short.ts';

/**
 * The plan of an order, from what really runs now. The same order over the same ground gives the same plan, so that its
 * hash says whether anything that matters has changed since people saw it.
 */
export async function drawOrder(
  parts: EngineParts,
  order: Order,
  surveyed: readonly Surveyed[],
  breakGlass: BreakGlass | null,
): Promise<Plan | Refusal> {
  const strange = refuseStrangeFlags(
    order,
    surveyed.map(({ place }) => place),
  );
  if (strange !== null) return strange;
  const grounds: Ground[] = [];
  for (const each of surveyed) {
    const ground = await groundFor(parts, order, each, surveyed, grounds);
    if (isRefusal(ground)) return ground;
    grounds.push(ground);
  }
  const approval = breakGlass === null ? oneMoreFor(grounds, approvalOf(order, surveyed)) : null;
  const terms = {
    purpose: order.purpose,
    environment: order.environment,
    requestedBy: order.requestedBy,
    why: order.why,
    configuration: parts.catalog().version,
    ...productTerms(parts, order),
    ...(approval === null ? {} : { approval }),
    ...(breakGlass === null ? {} : { breakGlass }),
    ...waivedTerms(order, surveyed),
  };
  return drawPlan(
    terms,
    grounds.map((ground) => withoutWaived(ground, order)),
  );
}

function productTerms(parts: EngineParts, { parts: services, service, purpose }: Order) {
  if (services === undefined) return {};
  const isAsked = purpose === 'deploy' && productNamed(parts.catalog(), service)?.onFailure === 'ask';
  return { product: service, ...(isAsked ? { onFailure: 'ask' as const } : {}) };
}

async function groundFor(
  parts: EngineParts,
  order: Order,
  each: Surveyed,
  all: readonly Surveyed[],
  earlier: readonly Ground[],
): Promise<Ground | Refusal> {
  const { place } = each;
  const strategy = strategyOf(order, each);
  if (strategy === null) {
    return refuse('not-found', [`There is no strategy named ${order.strategy ?? place.target.strategy}.`]);
  }
  const short = strategy === flagsOnly ? null : refuseTooShort(parts, order, place);
  if (short !== null) return short;
  const needs = all.flatMap(({ place: other }) =>
    place.service.needs.includes(other.service.name) ? [other.id] : [],
  );
  const ground = groundOf(each, order.purpose, strategy, needs);
  const turned = await flagsAt(parts, order, place, earlier);
  if (isRefusal(turned)) return turned;
  const database = strategy === flagsOnly ? untouched : await planMigrations(parts, order, each);
  if (isRefusal(database)) return database;
  const changes = await changesOf(parts, order, place, ground.target);
  const caveats = [
    ...ground.target.caveats,
    ...(await unknownChecks(parts, order, each)),
    ...turned.caveats,
    ...database.caveats,
  ];
  const pace = {
    ...ground.pace,
    ...(order.pace.trafficPercents === null ? {} : { trafficPercents: order.pace.trafficPercents }),
    ...(order.pace.observeMs === null ? {} : { observeMs: order.pace.observeMs }),
  };
  const { flags } = turned;
  return {
    ...ground,
    flags,
    pace,
    ...(database.migrating === null ? {} : { migrating: database.migrating }),
    target: {
      ...ground.target,
      caveats,
      undo: { ...ground.target.undo, leaves: [...ground.target.undo.leaves, ...database.leaves] },
      ...(database.planned === null ? {} : { migrations: database.planned }),
      ...(changes === null ? {} : { changes }),
    },
  };
}

/** Who says yes has to know when nobody knows whether the code is good. */
async function unknownChecks(parts: EngineParts, { purpose }: Order, { place, version }: Surveyed) {
  const checks = purpose === 'deploy' ? await checksOf(parts, place, version) : null;
  return checks?.state === 'unknown' ? [`checks of the code: not known, because ${checks.because}`] : [];
}

/** Going back is done by the fastest way that there is: pointing at what is kept, else beside what runs, else over it. */
function strategyOf(order: Order, { place, reading, version, kept }: Surveyed): Strategy | null {
  const { purpose, strategy } = order;
  const { capabilities } = reading;
  if (turnsFlagsAlone(order, reading, version)) return flagsOnly;
  if (purpose === 'deploy') return strategyNamed(strategy ?? place.target.strategy);
  if (kept != null && keepsReady(capabilities)) return pointBack;
  return capabilities.staged.can ? allAtOnce : inPlace;
}

/** Where there may be no way back, one more person has to know it. */
function oneMoreFor(grounds: readonly Ground[], rule: ApprovalRule | null): ApprovalRule | null {
  const isOneWay = grounds.some(({ target: { migrations } }) => isOneWayDoor(migrations));
  if (rule === null || !isOneWay) return rule;
  const [first, ...others] = rule.requirements;
  if (first === undefined) return rule;
  return { ...rule, requirements: [{ ...first, needed: first.needed + 1 }, ...others] };
}

function approvalOf(order: Order, [first]: readonly Surveyed[]) {
  return first === undefined ? null : approvalFor(order, first.place.environment);
}

/** Going back to what was good before needs nobody's yes: stopping is easier than starting. */
export function approvalFor({ purpose }: Pick<Order, 'purpose'>, environment: Environment) {
  return purpose === 'deploy' && environment.isProtected ? environment.approval : null;
}

async function changesOf(
  parts: EngineParts,
  order: Order,
  { service }: Place,
  { before, version }: PlannedTarget,
): Promise<Changes | null> {
  if (order.purpose === 'roll-back' || before === null) return null;
  const changes = await changesBetween(parts, service, before.version, version);
  if (changes.kind === 'not-compared') return null;
  const { commits, migrations, configurationKeys, isTruncated } = changes.comparison;
  return {
    commits: commits.map(({ id, author, title }) => ({
      id,
      author: author.name,
      account: author.account,
      title,
    })),
    migrations: (migrations ?? []).map(({ id, phase, isReversible }) =>
      [id, phase === null ? null : `(${phase})`, isReversible === false ? 'cannot be undone' : null]
        .filter((word) => word !== null)
        .join(' '),
    ),
    configurationKeys: keysOf(configurationKeys),
    isTruncated,
  };
}

function keysOf(
  keys: { added: readonly string[]; removed: readonly string[]; changed: readonly string[] } | null,
) {
  if (keys === null) return [];
  return [
    ...keys.added.map((key) => `${key} is new`),
    ...keys.removed.map((key) => `${key} goes`),
    ...keys.changed.map((key) => `${key} changes`),
  ];
}
