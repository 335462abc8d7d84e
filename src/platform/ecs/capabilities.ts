import type { Capabilities } from '../../core/capability.ts';
import type { Service } from './schema.ts';

const no = (why: 'platform' | 'not-configured', say: string) => ({ can: false, why, say }) as const;

/** Absence is believed after this long: ECS lists what was just begun only a little later. */
const SETTLE_MS = 5_000;

/** How each of ECS's own strategies gets a version to the traffic. */
const ways: ReadonlyMap<string, string> = new Map([
  ['ROLLING', 'starts its tasks and stops those of before, a few at a time'],
  [
    'BLUE_GREEN',
    'starts all of its tasks, gives them the traffic in one go and stops those of before after a while',
  ],
  ['CANARY', 'starts its tasks, gives them a part of the traffic for a while and then the rest'],
  ['LINEAR', 'starts its tasks and gives them the traffic in equal steps'],
]);

export const noStaging =
  'ECS brings a version up only in the place of the one before it: two services behind one rule of a load balancer can do more.';
export const noTraffic =
  'ECS shifts traffic by its own clock: sharing it as one likes takes two services behind one rule of a load balancer.';
export const noLogs =
  'The logs of a service are in CloudWatch or wherever its log driver sends them, and are not read from here.';

/** What can be done with this service, by how it is set up. */
export function capabilitiesOf(service: Service): Capabilities {
  return {
    takes: 'any-name',
    staged: no('platform', noStaging),
    replace: replaceOf(service),
    traffic: no('platform', noTraffic),
    rollback: {
      can: true,
      how: {
        kind: 'reapply',
        how: 'let ECS roll back what is under way, or give the service the task definition of before again, whose tasks are started anew',
        horizon: 'every task definition that was not deregistered, while the registry has its image',
        leaves: [
          'the number of tasks, the network and whatever else the service itself says',
          'whatever the version has written',
        ],
      },
      caveats: [],
    },
    logs: no('platform', noLogs),
    metrics: no('platform', 'The numbers of a service are in CloudWatch, and are not read from here.'),
    maintenance: no('platform', 'ECS has no page to show instead of a service.'),
    settings: {
      can: true,
      how: { readsValues: 'some' },
      caveats: ['secrets are told by their names: ECS hands out none'],
    },
    once: { kind: 'marker', settleMs: SETTLE_MS },
  };
}

function replaceOf(service: Service): NonNullable<Capabilities['replace']> {
  const { type } = service.deploymentController ?? { type: 'ECS' };
  if (type !== 'ECS')
    return no('not-configured', `This service is deployed by ${type}, and not by ECS itself.`);
  if (service.status !== 'ACTIVE') return no('not-configured', `ECS calls this service ${service.status}.`);
  const strategy = service.deploymentConfiguration?.strategy ?? 'ROLLING';
  const way = ways.get(strategy);
  return {
    can: true,
    how: {
      how: `ECS registers a task definition with the image, ${way ?? `and does what it calls ${strategy}`}`,
      canCancel: true,
    },
    caveats: [
      strategy === 'ROLLING'
        ? 'while it changes over, both versions answer'
        : `the shares and pauses of its ${strategy} deployment are set in ECS, and nobody here can steer them`,
    ],
  };
}
