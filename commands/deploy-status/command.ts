import { z } from 'zod';
import { defineCommand, deployment, environment, maybe, service } from '../../src/command/index.ts';

export const deployStatus = defineCommand({
  name: 'deploy-status',
  summary: 'Show what runs where, and what is on its way',
  examples: ['', 'api --env staging', 'd-7f3a9k2m'],
  permission: 'look',
  Args: z
    .strictObject({
      service: maybe(service({ description: 'only this service; every service when left out' })),
      deployment: maybe(deployment({ description: 'one deployment, by its id' })),
      environment: maybe(environment({ description: 'only there; everywhere when left out' })),
    })
    .refine(({ service, deployment }) => service === null || deployment === null, {
      path: ['deployment'],
      error: 'says which service it is already: leave the service out',
      params: { isRelation: true },
    }),
  run: (question, desk) => desk.status(question),
});
