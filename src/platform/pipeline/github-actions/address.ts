import { z } from 'zod';
import { SecretReference } from '../../../core/secret-reference.ts';
import { SecretUrl } from '../../../http/secret-url.ts';
import { Proof } from '../proof.ts';
import { FixedValues, ValueName } from '../words.ts';

/** What `platforms.<name>` takes beside `kind: github-actions`. */
export const Settings = z.strictObject({
  token: SecretReference.describe(
    'where its token is kept, such as env:GITHUB_ACTIONS_TOKEN; never the token itself',
  ),
  url: SecretUrl.default('https://api.github.com').describe(
    'another one for GitHub Enterprise Server: https://github.example.com/api/v3',
  ),
});
export type Settings = z.infer<typeof Settings>;

const Workflow = z
  .string()
  .regex(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,99}\.ya?ml$/, 'must be the name of its file, such as deploy.yml');

/** What a service writes in slipway.yml to say which workflow deploys it. */
export const Address = z.strictObject({
  repository: z
    .string()
    .regex(
      /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})\/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}$/,
      'must be an owner and a name, such as acme/shop',
    ),
  workflow: Workflow.describe('its file; its run-name has to show the input that our mark is in'),
  ref: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._/-]{0,199}$/)
    .default('main')
    .describe('the branch or tag whose workflow is run: not the version that is deployed'),
  versionInput: ValueName.default('version'),
  commitInput: ValueName.optional().describe('an input for the commit of the version, where it has one'),
  markInput: ValueName.default('slipway').describe('an input for our mark, which run-name shows'),
  inputs: FixedValues,
  only: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe(
      'what the name of a run holds that is for this place, where the workflow deploys to others too',
    ),
  rollback: z
    .strictObject({ workflow: Workflow, inputs: FixedValues })
    .optional()
    .describe(
      'another workflow for going back; it gets the version of before and our mark in the same inputs',
    ),
  proof: Proof.optional(),
});
export type Address = z.infer<typeof Address>;
