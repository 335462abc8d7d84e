import { z } from 'zod';
import { defineCommand, environment, maybe, service } from '../../src/command/index.ts';

export const deployHealth = defineCommand({
  name: 'deploy-health',
  summary: 'Ask a service how it is, with the numbers and their age',
  examples: ['api', 'api --env staging'],
  permission: 'look',
  Args: z.strictObject({
    service: service({ description: 'service to ask about' }),
    environment: maybe(environment({ description: 'only there; everywhere when left out' })),
  }),
  run: (question, desk) => desk.health(question),
});
