import { z } from 'zod';
import { SecretReference } from '../../core/secret-reference.ts';
import { SecretUrl } from '../../http/secret-url.ts';
import { By } from '../label.ts';
import { Span } from '../span.ts';

/** What `metrics.<name>` takes beside `kind: new-relic`. */
export const Settings = z.strictObject({
  account: z.number().int().positive().describe('the number of the account'),
  region: z.enum(['us', 'eu']).default('us').describe('where the account lives'),
  apiKey: SecretReference.describe('where a user key is kept, such as env:NEW_RELIC_API_KEY'),
  url: SecretUrl.optional().describe('where NerdGraph answers, for a proxy of your own'),
});
export type Settings = z.infer<typeof Settings>;

/** Names of events and attributes without a letter that NRQL reads otherwise. */
const Name = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_.:]{0,127}$/, 'must be the name of an event or an attribute');

/** What a target writes beside `from: <name>`. Names and values, and never NRQL: the question is ours. */
export const Query = z.strictObject({
  event: Name.default('Transaction').describe('one event for each request'),
  where: z
    .record(Name, z.string().min(1).max(200))
    .default({})
    .describe('which events are its own, such as appName: shop'),
  versionAttribute: Name.default('appVersion').describe('the attribute that tells versions apart'),
  by: By.default('version').describe('what that attribute holds'),
  failed: z
    .union([
      z.strictObject({ attribute: Name, is: z.literal(true) }),
      z.strictObject({ attribute: Name, atLeast: z.number() }),
    ])
    .default({ attribute: 'error', is: true })
    .describe('which requests have failed'),
  duration: z
    .strictObject({
      attribute: Name.default('duration'),
      unit: z.enum(['s', 'ms']).default('s'),
      limitsMs: z.array(z.number().positive()).min(1).max(20).optional(),
    })
    .prefault({})
    .describe('how long a request took'),
  step: Span(10_000, 600_000).default('30s').describe('how long one window is'),
  lag: Span(0, 1_800_000).default('90s').describe('how late the last of a window may arrive'),
});
export type Query = z.infer<typeof Query>;
