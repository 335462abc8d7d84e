import { z } from 'zod';
import { SecretReference } from '../../core/secret-reference.ts';
import { SecretUrl } from '../../http/secret-url.ts';

/** What `platforms.<name>` takes beside `kind: render`. */
export const Settings = z.strictObject({
  token: SecretReference.describe(
    'where its API key is kept, such as env:RENDER_API_KEY; never the key itself',
  ),
  url: SecretUrl.default('https://api.render.com/v1').describe(
    'where its API answers; another one only for a proxy of your own',
  ),
});
export type Settings = z.infer<typeof Settings>;

/** What a service writes in slipway.yml to say where it lives here. One service of Render is one environment. */
export const Address = z.strictObject({
  service: z
    .string()
    .regex(/^(?:srv|crn)-[a-z0-9]{1,40}$/, 'must be the id of a service, such as srv-cjnxpkdhshc73d12t9i0')
    .describe('its id: the last part of its address in the dashboard'),
});
