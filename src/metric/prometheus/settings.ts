import { z } from 'zod';
import { By } from '../label.ts';
import { readSelector } from '../selector.ts';
import { ServerSettings } from '../server.ts';
import { Span } from '../span.ts';

/** A server, and how old its numbers may be. */
export const Settings = ServerSettings.safeExtend({
  staleAfter: Span(10_000, 600_000)
    .default('60s')
    .describe('A pod that was not scraped for so long is not counted; more than two scrapes.'),
});
export type Settings = z.output<typeof Settings>;

const Selected = z
  .string()
  .max(2_000)
  .refine(
    (text) => readSelector(text) !== null,
    'must be one metric with its labels, such as http_requests_total{service="api"}, without rate() or sum()',
  );

const Label = z
  .string()
  .regex(/^[a-zA-Z_][a-zA-Z0-9_]{0,99}$/, 'must be the name of a label')
  .refine((name) => !name.startsWith('__') && name !== 'le', 'must be a label of the series');

const Expression = z.string().min(1).max(2_000);

const Share = z.strictObject({
  hits: Selected.describe('A counter of what happened, such as orders.'),
  of: Selected.describe('A counter of how often it could have happened, such as checkouts.'),
});

/** Which series are a service's own. All of them are raw counters: what happened in between is for us to work out. */
export const Query = z.strictObject({
  requests: Selected.describe('The counter of requests.'),
  errors: Selected.describe('The counter of those that failed: the same one with more labels, or another.'),
  errorsMayBeAbsent: z
    .boolean()
    .default(false)
    .describe('Where errors are another metric: it comes up with the first error, so that none means 0.'),
  latency: Selected.optional().describe('The buckets of a histogram: …_bucket.'),
  latencyUnit: z.enum(['s', 'ms']).default('s').describe('Of the limits of the buckets.'),
  pod: Label.default('instance').describe('The label that tells one copy from another.'),
  version: Label.default('version').describe('The label that tells one version from another.'),
  by: By.default('version').describe(
    "What that label says: the version's name, its commit, or the platform's own id of the release.",
  ),
  restarts: Selected.optional().describe('A counter of restarts, with the same label for copies.'),
  started: Selected.optional().describe(
    'When the process began in seconds: process_start_time_seconds. With it nothing of a fresh copy is missed.',
  ),
  cpu: Expression.optional().describe(
    'PromQL that answers percent of what each copy may use, with the label of the copy or of the version.',
  ),
  memory: Expression.optional().describe('The same for memory.'),
  business: z
    .record(z.string().regex(/^[a-z][a-z0-9_-]{0,39}$/), Share)
    .refine((shares) => Object.keys(shares).length <= 10, 'must be ten at most')
    .default({}),
});
export type Query = z.output<typeof Query>;
