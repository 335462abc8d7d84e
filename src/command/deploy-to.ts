import { z } from 'zod';
import { usual } from '../core/desk.ts';
import { contract } from '../core/strategy/contract.ts';
import { strategies } from '../core/strategy/index.ts';
import { choice, maybe, ref, service, switchFlag } from './argument.ts';
import type { Command, Facts } from './command.ts';
import { defineCommand } from './define.ts';
import { orderArguments, orderFrom } from './order-arguments.ts';

/** The command that deploys to one environment, which is never guessed because it is in its name: `/deploy-staging`. */
export function deployTo(environment: string, facts: Pick<Facts, 'summary' | 'examples'>): Command {
  const name = `deploy-${environment}`;
  return defineCommand({
    ...facts,
    name,
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
      contract: switchFlag({
        description: 'deploy nothing, and run the migrations that only older versions mind',
        isAsked: false,
      }),
      ...orderArguments(),
    }),
    run: (args, desk) =>
      desk.deploy({
        ...usual,
        ...orderFrom(args),
        as: { command: name, verb: null, isEnvironmentNamed: false, isStrategyFixed: false },
        service: args.service,
        environment,
        ref: args.version,
        strategy: args.contract ? contract.id : args.strategy,
      }),
  });
}
