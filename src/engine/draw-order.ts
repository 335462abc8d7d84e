import type { Environment } from '../core/catalog.ts';
import { drawPlan } from '../core/draw-plan.ts';
import type { Order } from '../core/order.ts';
import type { BreakGlass, Changes, Plan, PlannedTarget } from '../core/plan.ts';
import { type Refusal, refuse } from '../core/refusal.ts';
import { allAtOnce } from '../core/strategy/all-at-once.ts';
import { strategyNamed } from '../core/strategy/index.ts';
import { changesBetween } from './desk/compare/changes.ts';
import { groundOf, type Reading } from './desk/ground.ts';
import type { Place } from './desk/place.ts';
import type { EngineParts } from './parts.ts';

/**
 * The plan of an order, from what really runs now. The same order over the same ground gives the same plan, so that its
 * hash says whether anything that matters has changed since people saw it.
 */
export async function drawOrder(
  parts: EngineParts,
  order: Order,
  place: Place,
  reading: Reading,
  breakGlass: BreakGlass | null,
): Promise<Plan | Refusal> {
  const strategy = order.purpose === 'roll-back' ? allAtOnce : strategyNamed(order.strategy);
  if (strategy === null) return refuse('not-found', [`There is no strategy named ${order.strategy}.`]);
  const ground = groundOf(place, reading, order.version, order.purpose);
  const changes = await changesOf(parts, order, place, ground.target);
  const pace = {
    ...ground.pace,
    ...(order.pace.trafficPercents === null ? {} : { trafficPercents: order.pace.trafficPercents }),
    ...(order.pace.observeMs === null ? {} : { observeMs: order.pace.observeMs }),
  };
  const approval = breakGlass === null ? approvalFor(order, place.environment) : null;
  return drawPlan(
    {
      strategy,
      purpose: order.purpose,
      environment: place.environment.name,
      requestedBy: order.requestedBy,
      why: order.why,
      configuration: parts.catalog().version,
      ...(approval === null ? {} : { approval }),
      ...(breakGlass === null ? {} : { breakGlass }),
    },
    [
      {
        ...ground,
        pace,
        target: { ...ground.target, ...(changes === null ? {} : { changes }) },
      },
    ],
  );
}

/** Going back to what was good before needs nobody's yes: stopping is easier than starting. */
export function approvalFor({ purpose }: Pick<Order, 'purpose'>, environment: Environment) {
  return purpose === 'deploy' && environment.isProtected ? environment.approval : null;
}

async function changesOf(
  parts: EngineParts,
  order: Order,
  { service }: Place,
  { before }: PlannedTarget,
): Promise<Changes | null> {
  if (order.purpose === 'roll-back' || before === null) return null;
  const changes = await changesBetween(parts, service, before.version, order.version);
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
