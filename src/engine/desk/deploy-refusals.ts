import { closest } from '../../core/closest.ts';
import type { DeployOrder } from '../../core/desk.ts';
import { isSameVersion, type Version } from '../../core/plan.ts';
import { type Offer, type Refusal, refuse } from '../../core/refusal.ts';
import { contract } from '../../core/strategy/contract.ts';
import { strategies } from '../../core/strategy/index.ts';
import { code } from '../../core/text.ts';
import { type Reading, servingOf } from './ground.ts';
import type { Place } from './place.ts';
import { typedOrder } from './typed-order.ts';

/** What runs now may make the order pointless, or no safe ground to begin from. */
export function refuseStanding(
  place: Place,
  { standing }: Reading,
  version: Version,
  order: DeployOrder,
  taken: Refusal | null,
): Refusal | null {
  const [serving, ...others] = servingOf(standing);
  // What one of ours is just changing there says nothing about the order: it is met when its turn comes.
  if (serving === undefined || taken !== null) return null;
  if (others.length > 0) {
    const shares = [serving, ...others].map(
      ({ version: each, trafficPercent }) => `${each.name} ${trafficPercent} %`,
    );
    return refuse(
      'target-held',
      [`The traffic of ${place.id} is split: ${shares.join(', ')}. Nothing of ours is at it.`],
      {
        next: ['Give one version all of it first.'],
        offers: [serving, ...others].map((each) => rollBackTo(place, each.version.name)),
      },
    );
  }
  const isSame = isSameVersion(serving.version, version) && serving.health === 'healthy';
  // What serves already may still have its flags turned, or its database contracted.
  const isForMore = order.again || order.flags.length > 0 || order.strategy === contract.id;
  if (!isSame || isForMore) return null;
  return refuse(
    'already-running',
    [`${order.service} ${version.name} already serves all of ${order.environment}.`],
    {
      next: ['Nothing to do.'],
      offers: [typedOrder(order, { again: true }, `Deploy ${version.name} again`)],
    },
  );
}

function rollBackTo({ service, environment }: Place, version: string): Offer {
  return {
    label: `Give ${version} all traffic`,
    command: 'deploy-rollback',
    text: `${service.name} --env ${environment.name} --to ${version}`,
  };
}

export function unknownStrategy(order: DeployOrder): Refusal {
  const names = strategies.map(({ id }) => id);
  const meant = closest(order.strategy ?? '', names, 3);
  return refuse('not-found', ['There is no strategy named ', code(order.strategy ?? ''), '.'], {
    next: ['There are: ', code(names.join(', ')), '.'],
    offers: (meant.length > 0 ? meant : names).map((strategy) => typedOrder(order, { strategy }, strategy)),
  });
}
