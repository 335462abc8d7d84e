import { z } from 'zod';
import { SecretReference } from '../../core/secret-reference.ts';
import { SecretUrl } from '../../http/secret-url.ts';
import { By } from '../label.ts';
import { Span } from '../span.ts';

/** Every site has its own host, its own keys and its own data (Datadog's documentation, "Getting started with sites"). */
const sites = [
  'datadoghq.com',
  'us3.datadoghq.com',
  'us5.datadoghq.com',
  'datadoghq.eu',
  'ap1.datadoghq.com',
  'ap2.datadoghq.com',
  'ddog-gov.com',
] as const;

/** What `metrics.<name>` takes beside `kind: datadog`. */
export const Settings = z.strictObject({
  site: z.enum(sites).default('datadoghq.com').describe('as the address of the dashboard ends'),
  apiKey: SecretReference.describe('where the API key is kept, such as env:DD_API_KEY'),
  applicationKey: SecretReference.describe('where the application key is kept, such as env:DD_APP_KEY'),
  url: SecretUrl.optional().describe('where the API answers, for a proxy of your own'),
});
export type Settings = z.infer<typeof Settings>;

/** Names of metrics (Datadog's documentation, "Metrics", "Naming"). */
const Metric = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_.]{0,199}$/, 'must be the name of a metric, such as trace.http.request.hits');
/** Tags after Datadog has stored them: lower case, and an underscore for what they may not hold ("Defining tags"). */
const Key = z.string().regex(/^[a-z][a-z0-9_.\-/]{0,99}$/, 'must be the key of a tag, such as service');
const Value = z.string().regex(/^[a-z0-9_.\-/:]{1,199}$/, 'must be the value of a tag as Datadog stores it');
const Tag = z
  .string()
  .regex(/^[a-z][a-z0-9_.\-/]{0,99}:[a-z0-9_.\-/]{1,199}$/, 'must be a tag, such as http.status_class:5xx');

const Errors = z.union(
  [
    z.strictObject({
      tagged: Tag.describe('requests with this tag have failed; they are held against those without it'),
    }),
    z.strictObject({
      metric: Metric,
      absent: z
        .enum(['unknown', 'none'])
        .default('unknown')
        .describe('what requests without any count of errors mean'),
    }),
  ],
  'must be { tagged: … } or { metric: … }',
);

const Latency = z.union(
  [
    z.strictObject({
      distribution: Metric.describe('a distribution with percentiles switched on'),
      unit: z.enum(['s', 'ms', 'us', 'ns']),
      limitsMs: z.array(z.number().positive()).min(1).max(20).optional(),
    }),
    z.strictObject({ p95: Metric.describe('a gauge of it'), unit: z.enum(['s', 'ms', 'us', 'ns']) }),
  ],
  'must be { distribution: …, unit: … } or { p95: …, unit: … }',
);

/** What a target writes beside `from: <name>` for its numbers. */
export const Query = z.strictObject({
  tags: z
    .record(Key, Value)
    .default({})
    .describe('which numbers are its own, such as service: api and env: production'),
  versionTag: Key.default('version').describe('the tag that tells versions apart'),
  by: By.default('version').describe('what that tag holds'),
  requests: Metric.describe('a count, such as trace.http.request.hits'),
  errors: Errors,
  latency: Latency.optional(),
  business: z
    .record(z.string().regex(/^[a-z][a-z0-9-]{0,39}$/), z.strictObject({ hits: Metric, of: Metric }))
    .optional()
    .describe('counters of the business: how many of how many'),
  step: Span(10_000, 600_000).default('30s').describe('how long one window is'),
  lag: Span(0, 1_800_000).default('60s').describe('how late the last of a window may arrive'),
});
export type Query = z.infer<typeof Query>;

export const MonitorsQuery = z.strictObject({
  monitors: z.array(z.number().int().positive()).min(1).max(20).describe('their ids; every one counts'),
});

export const GateQuery = z.strictObject({
  service: Value.describe('as Datadog calls it'),
  environment: Value.describe('as Datadog calls it'),
  identifier: z
    .string()
    .regex(/^[A-Za-z0-9_.-]{1,100}$/, 'must be the identifier of a gate')
    .default('default'),
});
export type GateQuery = z.infer<typeof GateQuery>;
