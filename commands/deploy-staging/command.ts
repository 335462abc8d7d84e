import { z } from 'zod';
import { choice, defineCommand, maybe, ref, service, switchFlag, text } from '../../src/command/index.ts';
import { strategies } from '../../src/core/strategy/index.ts';

export const deployStaging = defineCommand({
  name: 'deploy-staging',
  summary: 'Run a version of a service in staging, with every check',
  examples: ['api@v2', 'api v2 --strategy all-at-once', 'web --reason "try the new header"'],
  role: 'deployer',
  Args: z.strictObject({
    service: service({ description: 'service to deploy' }),
    version: maybe(ref({ description: 'version, tag, branch or commit; the newest when left out' })),
    strategy: maybe(
      choice(
        strategies.map(({ id }) => id),
        {
          description: 'how to take over; the configured way when left out',
        },
      ),
    ),
    reason: maybe(text(500, { description: 'why, for the record' })),
    again: switchFlag({ description: 'deploy even though this version serves all traffic already' }),
  }),
  run: ({ service, version, strategy, reason, again }, desk) =>
    desk.deploy({ service, environment: 'staging', ref: version, strategy, why: reason, again }),
});
