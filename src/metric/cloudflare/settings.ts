import { z } from 'zod';
import { SecretReference } from '../../core/secret-reference.ts';
import { SecretUrl } from '../../http/secret-url.ts';
import { Span } from '../span.ts';

/** What `metrics.<name>` takes beside `kind: cloudflare`. */
export const Settings = z.strictObject({
  account: z
    .string()
    .regex(/^[0-9a-f]{32}$/, 'is 32 letters of 0-9 and a-f, as the dashboard shows it')
    .describe('the account that the Worker lives in'),
  token: SecretReference.describe('where an API token is kept, such as env:CLOUDFLARE_ANALYTICS_TOKEN'),
  url: SecretUrl.default('https://api.cloudflare.com/client/v4').describe(
    'where the API answers, for a proxy of your own',
  ),
});
export type Settings = z.infer<typeof Settings>;

/** What a target writes beside `from: <name>`. */
export const Query = z.strictObject({
  worker: z
    .string()
    .regex(/^[a-z0-9_][a-z0-9-_]{0,62}$/, 'must be a-z, 0-9, - and _, as the Worker is called'),
  lag: Span(60_000, 1_800_000).default('3m').describe('how late the last of a minute may arrive'),
});
export type Query = z.infer<typeof Query>;
