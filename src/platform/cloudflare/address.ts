import { z } from 'zod';
import { SecretReference } from '../../core/secret-reference.ts';
import { SecretUrl } from '../../http/secret-url.ts';

const BASE_URL = 'https://api.cloudflare.com/client/v4';

/** Ids of accounts, zones, load balancers and pools are 32 hexadecimal letters (Cloudflare's API, "Identifier"). */
export const Id = z
  .string()
  .regex(/^[0-9a-f]{32}$/, 'is 32 letters of 0-9 and a-f, as the dashboard shows it');

export const Settings = z.strictObject({
  account: Id.describe('the account that everything lives in'),
  token: SecretReference.describe('reference to an API token, such as env:CLOUDFLARE_API_TOKEN'),
  baseUrl: SecretUrl.default(BASE_URL).describe('where the API is, for stand-ins'),
});
export type Settings = z.infer<typeof Settings>;

/** The pattern of `script_name` in the official description; names are at most 63 letters because they become host names. */
export const Address = z.strictObject({
  worker: z
    .string()
    .regex(/^[a-z0-9_][a-z0-9-_]{0,62}$/, 'must be a-z, 0-9, - and _, as the Worker is called')
    .describe('the name of the Worker'),
  url: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('where people reach it'),
});
export type Address = z.infer<typeof Address>;

export const RouterAddress = z.strictObject({
  zone: Id.describe('the zone of the load balancer'),
  loadBalancer: Id,
  arms: z
    .record(z.string().regex(/^[a-z][a-z0-9-]{0,29}$/, 'must be a-z, 0-9 and -, starting with a letter'), Id)
    .refine((arms) => Object.keys(arms).length >= 2, 'needs two arms at least')
    .refine((arms) => new Set(Object.values(arms)).size === Object.keys(arms).length, 'names a pool twice')
    .describe('what we call each arm, and the pool that it is'),
  url: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('where people reach what is behind it'),
});
export type RouterAddress = z.infer<typeof RouterAddress>;
