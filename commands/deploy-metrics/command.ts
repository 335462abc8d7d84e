import { z } from 'zod';
import {
  choice,
  defineCommand,
  duration,
  environment,
  maybe,
  service,
  switchFlag,
} from '../../src/command/index.ts';

const DAY_MS = 86_400_000;
/** As long as samples are kept; the journal is kept for ever. */
const SAMPLES_MS = 14 * DAY_MS;
const RANGE_MIN_MS = 5 * 60_000;

export const deployMetrics = defineCommand({
  name: 'deploy-metrics',
  summary: 'Draw how a service does, or count how well deployments go',
  examples: ['web', 'web --range 7d --metric latency', '--dora --range 30d'],
  permission: 'look',
  Args: z
    .strictObject({
      service: maybe(service({ description: 'service to measure' })),
      environment: maybe(environment({ description: 'where; needed for a service that runs in several' })),
      range: duration('24h', 90 * DAY_MS, { description: 'how far back, from 5m' }),
      metric: maybe(
        choice(['latency', 'errors', 'requests', 'memory'], {
          description: 'what to draw; latency and errors when left out',
        }),
      ),
      dora: switchFlag({ description: 'how well deployments go instead: frequency, lead time, failures' }),
    })
    .refine(({ service, dora }) => service !== null || dora, {
      path: ['service'],
      error: 'is needed, or --dora for all services',
      params: { isMissing: true },
    })
    .refine(({ metric, dora }) => metric === null || !dora, {
      path: ['metric'],
      error: 'is of a service, --dora of its deployments: ask for one of them',
      params: { isRelation: true },
    })
    .refine(({ range }) => range >= RANGE_MIN_MS, {
      path: ['range'],
      error: 'must be at least 5m',
    })
    .refine(({ range, dora }) => dora || range <= SAMPLES_MS, {
      path: ['range'],
      error: 'must be at most 14d for a service: older numbers are not kept',
    }),
  run: ({ service, environment, range, metric, dora }, desk) =>
    desk.metrics({ service, environment, rangeMs: range, metric, isDelivery: dora }),
});
