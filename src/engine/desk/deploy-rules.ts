import type { DeployOrder } from '../../core/desk.ts';
import { isPassedByGlass } from '../../core/obstacle.ts';
import { personOf } from '../../core/person.ts';
import { type Refusal, refuse } from '../../core/refusal.ts';
import { code, plain, type Text } from '../../core/text.ts';
import type { KnownVersion } from '../../platform/platform.ts';
import { obstaclesFor } from '../board/index.ts';
import { checksOf } from '../code-checks.ts';
import type { Reading } from './ground.ts';
import { type Place, refuseUnlessAllowed } from './place.ts';
import type { Visiting } from './visitor.ts';

/** Whoever wants something of a protected environment is looked up now, not as they were a minute ago. */
export async function refuseStranger(
  { parts, visitor }: Visiting,
  { service, environment }: Place,
  permission: 'deploy' | 'emergency',
): Promise<Refusal | null> {
  if (!environment.isProtected) return null;
  const actor = await parts.directory.look(visitor.actor, 'fresh');
  const place = { permission, service: service.name, environment: environment.name };
  return refuseUnlessAllowed(parts.catalog(), actor, place);
}

export function refuseUnapprovable({ environment }: Place, order: DeployOrder): Refusal | null {
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

/** Nobody breaks the glass without a way back. */
export function refuseOneWay({ breakGlass }: DeployOrder, { capabilities }: Reading): Refusal | null {
  if (breakGlass === null || capabilities.rollback.can) return null;
  return refuse('not-supported', [`There would be no way back: ${capabilities.rollback.say}`]);
}

/** Checks of the code that are known to be red: nothing skips them. What is not known is said in the plan. */
export async function refuseRed(
  { parts }: Visiting,
  place: Place,
  version: KnownVersion,
): Promise<Refusal | null> {
  const checks = await checksOf(parts, place, version);
  if (checks?.state !== 'fail') return null;
  return refuse('not-allowed', [`The checks of ${version.name} are red: ${checks.failing.join(', ')}.`], {
    next: ['Put them right, or choose another version.'],
  });
}

export async function refuseObstacle(
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
