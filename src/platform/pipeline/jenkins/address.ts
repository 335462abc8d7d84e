import { z } from 'zod';
import { SecretReference } from '../../../core/secret-reference.ts';
import { SecretUrl } from '../../../http/secret-url.ts';
import { Proof } from '../proof.ts';
import { FixedValues, ValueName } from '../words.ts';

/** What `platforms.<name>` takes beside `kind: jenkins`. */
export const Settings = z.strictObject({
  url: SecretUrl.describe('where it answers, such as https://jenkins.example.com'),
  user: z.string().regex(/^[^:\0\r\n]{1,200}$/, 'must be the id of a user, without a colon'),
  token: SecretReference.describe('where an API token of that user is kept, such as env:JENKINS_TOKEN'),
});

const Job = z
  .string()
  .regex(
    /^(?!\.{1,2}(?:\/|$))[A-Za-z0-9_.][A-Za-z0-9_. -]{0,99}(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9_.][A-Za-z0-9_. -]{0,99}){0,9}$/,
    'must be the name of a job, with its folders: shop/deploy',
  );

/** What a service writes in slipway.yml to say which job deploys it. */
export const Address = z.strictObject({
  job: Job.describe('it has to declare the parameters that it is given: Jenkins drops all others'),
  versionParameter: ValueName.default('VERSION'),
  commitParameter: ValueName.optional().describe('a parameter for the commit of the version'),
  markParameter: ValueName.default('SLIPWAY').describe('a parameter for our mark'),
  parameters: FixedValues,
  rollback: z
    .strictObject({ job: Job, parameters: FixedValues })
    .optional()
    .describe(
      'another job for going back; it gets the version of before and our mark in the same parameters',
    ),
  proof: Proof.optional(),
});
export type Address = z.infer<typeof Address>;
