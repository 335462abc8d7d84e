import type { Reply } from '../../core/answer.ts';
import { closest } from '../../core/closest.ts';
import type { DeployOrder } from '../../core/desk.ts';
import { drawPlan } from '../../core/draw-plan.ts';
import type { Version } from '../../core/plan.ts';
import { isRefusal, type Offer, type Refusal, refuse } from '../../core/refusal.ts';
import { strategies, strategyNamed } from '../../core/strategy/index.ts';
import { code } from '../../core/text.ts';
import { begin, refuseTaken } from './begin.ts';
import { groundOf, type Reading, readPlace, servingOf } from './ground.ts';
import { findPlace, type Place } from './place.ts';
import { chooseVersion } from './version.ts';
import type { Visiting } from './visitor.ts';

/** `/deploy-staging api v2`: draws the plan from what really runs, and begins it. */
export async function deploy(visiting: Visiting, order: DeployOrder): Promise<Reply> {
  const place = findPlace(visiting, {
    ...order,
    role: 'deployer',
    offer: (service) => again({ ...order, service }, service),
  });
  if (isRefusal(place)) return place;
  if (place.environment.isProtected) return refuseProtected(place);
  const strategy = strategyNamed(order.strategy ?? place.target.strategy);
  if (strategy === null) return unknownStrategy(order);
  const { store } = visiting.parts;
  const takenBefore = await refuseTaken(store, place.id);
  const reading = await readPlace(place);
  if (isRefusal(reading)) return reading;
  // Asked on both sides of the reading: whichever of ours made what was read had the place at one of the two.
  const taken = takenBefore ?? (await refuseTaken(store, place.id));
  const version = chooseVersion(order.service, reading.versions, order.ref, (ref) =>
    again({ ...order, ref }, ref),
  );
  if (isRefusal(version)) return version;
  const refused = refuseStanding(place, reading, version, order, taken);
  if (refused !== null) return refused;

  const plan = drawPlan(
    {
      strategy,
      purpose: 'deploy',
      environment: place.environment.name,
      requestedBy: visiting.visitor.actor.id,
      why: order.why,
      configuration: visiting.parts.catalog().version,
    },
    [groundOf(place, reading, version, 'deploy')],
  );
  return isRefusal(plan) ? plan : begin(visiting, plan);
}

function refuseProtected({ environment }: Place): Refusal {
  return refuse(
    'not-allowed',
    [`${environment.name} is protected: nothing is deployed there without approvals.`],
    {
      next: ['What runs there can be rolled back with ', code('/deploy-rollback'), '.'],
    },
  );
}

/** What runs now may make the order pointless, or no safe ground to begin from. */
function refuseStanding(
  place: Place,
  { standing }: Reading,
  version: Version,
  order: DeployOrder,
  taken: Refusal | null,
): Refusal | null {
  const [serving, ...others] = servingOf(standing);
  if (serving === undefined) return null;
  if (others.length > 0) {
    if (taken !== null) return taken;
    const shares = [serving, ...others].map(
      ({ version: each, trafficPercent }) => `${each.name} ${trafficPercent} %`,
    );
    return refuse(
      'target-held',
      [`The traffic of ${place.id} is split: ${shares.join(', ')}. Nothing of ours did that.`],
      {
        next: ['Give one version all of it first.'],
        offers: [rollBackTo(place, serving.version.name)],
      },
    );
  }
  const isSame = serving.version.name === version.name && serving.health === 'healthy';
  if (!isSame || order.again) return null;
  return refuse(
    'already-running',
    [`${order.service} ${version.name} already serves all of ${order.environment}.`],
    {
      next: ['Nothing to do.'],
      offers: [
        {
          ...again({ ...order, again: true }, `Deploy ${version.name} again`),
          label: `Deploy ${version.name} again`,
        },
      ],
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

function unknownStrategy(order: DeployOrder): Refusal {
  const names = strategies.map(({ id }) => id);
  const meant = closest(order.strategy ?? '', names, 3);
  return refuse('not-found', ['There is no strategy named ', code(order.strategy ?? ''), '.'], {
    next: ['There are: ', code(names.join(', ')), '.'],
    offers: (meant.length > 0 ? meant : names).map((strategy) => again({ ...order, strategy }, strategy)),
  });
}

/** The order as somebody would type it, with one thing put right. */
function again(order: DeployOrder, label: string): Offer {
  const words = [
    order.ref === null ? order.service : `${order.service}@${order.ref}`,
    order.strategy === null ? null : `--strategy ${order.strategy}`,
    order.why === null ? null : `--reason "${order.why.replaceAll('"', "'")}"`,
    order.again ? '--again' : null,
  ];
  return {
    label,
    command: `deploy-${order.environment}`,
    text: words.filter((word) => word !== null).join(' '),
  };
}
