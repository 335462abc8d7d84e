import { z } from 'zod';
import {
  choice,
  defineCommand,
  maybe,
  orderArguments,
  orderFrom,
  ref,
  service,
} from '../../src/command/index.ts';
import { usual } from '../../src/core/desk.ts';
import { strategies } from '../../src/core/strategy/index.ts';

export const deployProduction = defineCommand({
  name: 'deploy-production',
  summary: 'Show what a deployment to production would do, collect approvals, then do it',
  examples: ['api@v2', 'api v2 --strategy canary', 'web --reason "the new header"'],
  permission: 'deploy',
  Args: z.strictObject({
    service: service({ description: 'service to deploy' }),
    version: maybe(ref({ description: 'version, tag, branch or commit; the newest when left out' })),
    strategy: maybe(
      choice(
        strategies.map(({ id }) => id),
        { description: 'how to take over; the configured way when left out' },
      ),
    ),
    ...orderArguments(),
  }),
  run: ({ service, version, strategy, ...rest }, desk) =>
    desk.deploy({
      ...usual,
      ...orderFrom(rest),
      as: { command: 'deploy-production', verb: null, isEnvironmentNamed: false, isStrategyFixed: false },
      service,
      environment: 'production',
      ref: version,
      strategy,
    }),
});
