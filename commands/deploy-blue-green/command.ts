import { z } from 'zod';
import {
  beginOrSteer,
  defineCommand,
  deployment,
  duration,
  environment,
  maybe,
  orderArguments,
  orderFrom,
  ref,
  service,
  shares,
  verb,
} from '../../src/command/index.ts';
import { type Desk, usual } from '../../src/core/desk.ts';

const verbs = ['switch', 'rollback', 'retire', 'hold', 'resume', 'abort'] as const;

export const deployBlueGreen = defineCommand({
  name: 'deploy-blue-green',
  summary: 'Prove a second copy, switch the traffic to it on your word, and keep the first as the way back',
  examples: [
    'web@v2 --env staging',
    'web v2 --env production --reason "the new header"',
    'switch d-7f3a9k2m',
    'rollback d-7f3a9k2m',
  ],
  permission: 'deploy',
  Args: z
    .strictObject({
      do: maybe(
        verb(verbs, {
          description: 'what to do with one that is on its way; begins one when left out',
          isAsked: false,
        }),
      ),
      service: maybe(service({ description: 'service to deploy' })),
      version: maybe(ref({ description: 'version, tag, branch or commit; the newest when left out' })),
      deployment: maybe(deployment({ description: 'the one that is on its way', isAsked: false })),
      environment: maybe(environment({ description: 'where' })),
      steps: maybe(
        shares({ description: 'shares of the traffic to stop at, in percent; 100 comes last by itself' }),
      ),
      bake: maybe(duration(null, 24 * 3_600_000, { description: 'how long to watch at each step' })),
      ...orderArguments(),
    })
    .superRefine(beginOrSteer(verbs)),
  run(args, desk) {
    if (args.do !== null && args.deployment !== null) {
      return steer(desk, args.do, args.deployment, args.reason);
    }
    return desk.deploy({
      ...usual,
      ...orderFrom(args),
      as: { command: 'deploy-blue-green', verb: null, isEnvironmentNamed: true, isStrategyFixed: true },
      service: args.service ?? '',
      environment: args.environment ?? '',
      ref: args.version,
      strategy: 'blue-green',
      trafficPercents: args.steps,
      observeMs: args.bake,
    });
  },
});

function steer(desk: Desk, what: (typeof verbs)[number], deploymentId: string, why: string | null) {
  switch (what) {
    case 'switch':
      return desk.confirm(deploymentId);
    case 'retire':
      return desk.promote(deploymentId, { isAll: false, why });
    case 'hold':
      return desk.hold(deploymentId, why);
    case 'resume':
      return desk.goOn(deploymentId, why);
    case 'rollback':
    case 'abort':
      return desk.abort(deploymentId, why);
  }
}
