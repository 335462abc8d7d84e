import { z } from 'zod';
import { SecretReference } from '../../core/secret-reference.ts';
import { SecretUrl } from '../../http/secret-url.ts';

/** What `platforms.<name>` takes beside `kind: vercel`. */
export const Settings = z.strictObject({
  token: SecretReference.describe(
    'where its token is kept, such as env:VERCEL_TOKEN; never the token itself',
  ),
  team: z
    .string()
    .regex(/^team_[A-Za-z0-9]{1,64}$/, 'must be the id of a team, such as team_nLlpyC6REAqxydlFKbrMDlud')
    .optional()
    .describe('the team that owns the projects; left out for those of the account itself'),
  url: SecretUrl.default('https://api.vercel.com').describe(
    'where its API answers; another one only for a proxy of your own',
  ),
});

/** What a service writes in slipway.yml to say where it lives here. The production of a project is one environment. */
export const Address = z.strictObject({
  project: z
    .string()
    .regex(/^prj_[A-Za-z0-9]{1,64}$/, 'must be the id of a project, such as prj_XLKmu1DyR1eY7zq8UgeRKbA7yVLA')
    .describe('its id, from the settings of the project'),
});
