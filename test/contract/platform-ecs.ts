import { ecs as kind } from '../../src/platform/ecs/index.ts';
import { aroundWith } from '../stand-in/around.ts';
import { CLUSTER, IMAGE, openEcs, operationOf, SERVICE } from '../stand-in/ecs/index.ts';
import { settledSoon } from '../stand-in/settled-soon.ts';
import type { Call } from '../support/stand-in/index.ts';
import { impatient, type Member, troublesIn, type World } from './platform-member.ts';

export const ecs: Member = {
  name: 'ecs',
  does: 'replaces',
  async open(opening): Promise<World> {
    const standIn = await openEcs();
    const { fleet } = standIn;
    const settings = {
      region: 'eu-central-1',
      credentials: { accessKeyId: 'env:AWS_ID', secretAccessKey: 'env:AWS_SECRET' },
      endpoints: { ecs: standIn.url, loadBalancing: standIn.url },
    };
    const operation = (name: string) => ({ operation: (call: Call) => operationOf(call) === name });
    return {
      platform: settledSoon(kind.open('ecs', settings, impatient(aroundWith('AKID'), opening))),
      target: {
        id: 'shop/production',
        address: { cluster: CLUSTER, service: SERVICE, container: 'web', image: `${IMAGE}:{version}` },
      },
      versions: { good: 'good', better: 'better', crashing: 'crashing' },
      foreignAddress: {
        cluster: CLUSTER,
        service: 'shop/../x',
        container: 'web',
        image: `${IMAGE}:{version}`,
      },
      calls: () => standIn.calls().length,
      ...troublesIn(standIn, {
        change: operation('UpdateService'),
        question: operation('DescribeServiceDeployments'),
        strangeWord: (json) => ({
          serviceDeployments: (json as { serviceDeployments: object[] }).serviceDeployments.map((each) => ({
            ...each,
            status: 'PONDERING',
          })),
        }),
      }),
      settle: async () => fleet.settle(),
      hands: {
        async somebodyElse(version) {
          const [first] = fleet.definitions;
          const containers = (first?.json['containerDefinitions'] ?? []) as { name: string; image: string }[];
          const containerDefinitions = containers.map((each) =>
            each.name === 'web' ? { ...each, image: `${IMAGE}:${version}` } : each,
          );
          fleet.update(fleet.register({ family: 'shop', containerDefinitions }));
        },
        async cancel(releaseId) {
          const rollout = fleet.rollouts.find(({ definition }) => definition.arn.endsWith(`/${releaseId}`));
          if (rollout !== undefined) fleet.rollBack(rollout);
        },
        async forget(releaseId) {
          const definition = fleet.byName(releaseId);
          if (definition !== undefined) fleet.inactive.add(definition.arn);
        },
      },
      close: () => standIn.close(),
    };
  },
};
