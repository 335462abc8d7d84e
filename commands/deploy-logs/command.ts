import { z } from 'zod';
import {
  choice,
  count,
  defineCommand,
  deployment,
  duration,
  environment,
  maybe,
  service,
  text,
} from '../../src/command/index.ts';

const DAY_MS = 86_400_000;

export const deployLogs = defineCommand({
  name: 'deploy-logs',
  summary: 'Read the last lines that a service or a deployment wrote',
  examples: ['api', 'd-7f3a9k2m', 'api --env staging --since 15m --grep "timed out" --level error'],
  permission: 'look',
  Args: z
    .strictObject({
      service: maybe(service({ description: 'service to read' })),
      deployment: maybe(deployment({ description: 'a deployment, by its id, instead of a service' })),
      environment: maybe(environment({ description: 'only there; everywhere when left out' })),
      since: duration('15m', 7 * DAY_MS, { description: 'how far back' }),
      grep: maybe(text(200, { description: 'only lines with these very words' })),
      level: maybe(choice(['info', 'warn', 'error'], { description: 'only lines of this level' })),
      lines: count(200, 5_000, { description: 'how many lines at most' }),
    })
    .refine(({ service, deployment }) => service !== null || deployment !== null, {
      path: ['service'],
      error: 'is needed, or a deployment',
      params: { isMissing: true },
    })
    .refine(({ service, deployment }) => service === null || deployment === null, {
      path: ['deployment'],
      error: 'says which service it is already: leave the service out',
      params: { isRelation: true },
    }),
  run: ({ service, deployment, environment, since, grep, level, lines }, desk) =>
    desk.logs({ service, deployment, environment, sinceMs: since, contains: grep, level, linesMax: lines }),
});
