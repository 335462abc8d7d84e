import { z } from 'zod';
import { SecretReference } from '../../../core/secret-reference.ts';
import { SecretUrl } from '../../../http/secret-url.ts';
import { Proof } from '../proof.ts';
import { FixedValues, ValueName } from '../words.ts';

/** What `platforms.<name>` takes beside `kind: gitlab-ci`. */
export const Settings = z.strictObject({
  token: SecretReference.describe(
    'where its token is kept, such as env:GITLAB_TOKEN; never the token itself',
  ),
  url: SecretUrl.default('https://gitlab.com/api/v4').describe(
    'another one for a GitLab of your own: https://gitlab.example.com/api/v4',
  ),
});

const GitRef = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._/-]{0,199}$/);

/** What a service writes in slipway.yml to say which pipeline deploys it. */
export const Address = z.strictObject({
  project: z
    .union([
      z.int().positive(),
      z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]*(?:\/[A-Za-z0-9_][A-Za-z0-9_.-]*)+$/),
    ])
    .describe('its number, or its path, such as acme/shop'),
  ref: GitRef.default('main').describe(
    'the branch or tag whose .gitlab-ci.yml is run: not the version that is deployed',
  ),
  versionVariable: ValueName.default('VERSION'),
  commitVariable: ValueName.optional().describe('a variable for the commit of the version'),
  markVariable: ValueName.default('SLIPWAY').describe('a variable for our mark'),
  variables: FixedValues.describe(
    'what makes a pipeline a deployment to this place, such as DEPLOY_TO: production',
  ),
  rollback: z
    .strictObject({ ref: GitRef.optional(), variables: FixedValues })
    .optional()
    .describe('another ref or other variables for going back'),
  proof: Proof.optional(),
});
export type Address = z.infer<typeof Address>;
