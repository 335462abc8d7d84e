import { z } from 'zod';
import {
  beginOrSteer,
  count,
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
  switchFlag,
  verb,
} from '../../src/command/index.ts';
import { type Desk, usual } from '../../src/core/desk.ts';

const verbs = ['promote', 'hold', 'resume', 'abort', 'back', 'stay', 'overrule', 'dismiss'] as const;

export const deployCanary = defineCommand({
  name: 'deploy-canary',
  summary: 'Give a version a little traffic, watch it, then give it more, then all; or take it back',
  examples: [
    'web@v2 --env staging',
    'web v2 --env production --steps 5,25,50 --bake 10m',
    'promote d-7f3a9k2m',
    'hold d-7f3a9k2m --reason "looking at the logs"',
    'stay d-7f3a9k2m',
    'dismiss d-7f3a9k2m --reason "the load test ran into it"',
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
      all: switchFlag({ description: 'promote through all the steps that are to come', isAsked: false }),
      seen: maybe(count(1, 1_000_000, { description: 'which announcement you were shown', isAsked: false })),
      ...orderArguments(),
    })
    .superRefine(beginOrSteer(verbs, ['overrule', 'dismiss'])),
  run(args, desk) {
    if (args.do !== null && args.deployment !== null) {
      return steer(desk, args.do, args.deployment, { isAll: args.all, why: args.reason, seen: args.seen });
    }
    return desk.deploy({
      ...usual,
      ...orderFrom(args),
      as: { command: 'deploy-canary', verb: null, isEnvironmentNamed: true, isStrategyFixed: true },
      service: args.service ?? '',
      environment: args.environment ?? '',
      ref: args.version,
      strategy: 'canary',
      trafficPercents: args.steps,
      observeMs: args.bake,
    });
  },
});

function steer(
  desk: Desk,
  what: (typeof verbs)[number],
  deploymentId: string,
  order: { readonly isAll: boolean; readonly why: string | null; readonly seen: number | null },
) {
  switch (what) {
    case 'promote':
      return desk.promote(deploymentId, order);
    case 'hold':
      return desk.hold(deploymentId, order.why);
    case 'resume':
      return desk.goOn(deploymentId, order.why);
    case 'abort':
      return desk.abort(deploymentId, order.why);
    case 'back':
      return desk.turn(deploymentId, { how: 'now', why: order.why });
    case 'stay':
      return desk.turn(deploymentId, { how: 'hold', why: order.why, seen: order.seen });
    case 'overrule':
      return desk.turn(deploymentId, { how: 'go-on', why: order.why, seen: order.seen });
    case 'dismiss':
      return desk.turn(deploymentId, { how: 'dismiss', why: order.why, seen: order.seen });
  }
}
