import { z } from 'zod';
import { FlagKey } from '../core/flag.ts';
import { EnvironmentName } from '../core/names.ts';
import { Words } from './words.ts';

/** Where feature flags are kept, by names that services use. What stands beside `kind` is its own. */
export const Flags = z
  .record(
    z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'must be a-z, 0-9 and -, starting with a letter'),
    z.looseObject({ kind: Words.describe('What it is, such as launchdarkly.') }),
  )
  .prefault({})
  .describe('Where feature flags are kept, by the names that services use.');

/** Their names of our environments become parts of addresses: what has a meaning of its own there does not pass. */
const TheirEnvironment = Words.pipe(
  z
    .string()
    .regex(
      /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/,
      'must be the key of an environment as the flag service has it',
    ),
);

export const ServiceFlags = z
  .record(
    FlagKey,
    z.strictObject({
      at: Words.describe('The flag service that keeps it, by its name under flags.'),
      environments: z
        .record(EnvironmentName, TheirEnvironment)
        .refine((environments) => Object.keys(environments).length > 0, 'needs one environment at least')
        .describe('What the flag service calls each environment of ours.'),
    }),
  )
  .prefault({})
  .describe('Feature flags that it reads: they can be switched off, and turned up by a deployment.');

const Percents = z
  .array(z.number().int().min(1).max(100))
  .min(1)
  .max(20)
  .refine(
    (percents) => percents.every((percent, index) => index === 0 || percent > (percents[index - 1] ?? 0)),
    'must rise',
  );

export const FlagClimbs = z
  .array(
    z.strictObject({
      key: FlagKey,
      percents: Percents.default([100]).describe('Where to stop and watch; the last one is where it stays.'),
    }),
  )
  .max(10)
  .default([])
  .describe('Flags that are turned up, one after the other, once the new version has all the traffic.');
