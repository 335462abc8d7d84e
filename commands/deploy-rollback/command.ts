import { z } from 'zod';
import {
  defineCommand,
  environment,
  maybe,
  ref,
  service,
  switchFlag,
  text,
} from '../../src/command/index.ts';

export const deployRollback = defineCommand({
  name: 'deploy-rollback',
  summary: 'Put back what ran before, or a version that you name',
  examples: [
    'api --env staging',
    'api --env staging --to v1',
    'web --env staging --reason "checkout is slow since noon"',
  ],
  permission: 'roll-back',
  Args: z.strictObject({
    service: service({ description: 'service to take back' }),
    environment: environment({ description: 'where to take it back' }),
    to: maybe(
      ref({
        description: 'version, or deployment that brought it, to return to; what ran before when left out',
        isPositional: false,
      }),
    ),
    anyway: switchFlag({
      description: 'also where the database may not let it: with a reason, and only after a look',
      isAsked: false,
    }),
    reason: maybe(text(500, { description: 'why, for the record' })),
    plan: maybe(
      text(64, {
        description:
          'first letters of the plan that you were shown; without it the plan is shown and nothing changes',
        isAsked: false,
      }),
    ),
  }),
  run: ({ service, environment, to, anyway, reason, plan }, desk) =>
    desk.rollBack({ service, environment, to, anyway, why: reason, plan }),
});
