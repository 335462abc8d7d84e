import { z } from 'zod';
import { Words } from './words.ts';

/** Where numbers come from, by names that targets use. What stands beside `kind` is its own. */
export const Metrics = z
  .record(
    z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,39}$/, 'must be a-z, 0-9 and -, starting with a letter')
      .refine((name) => name !== 'platform', 'cannot be platform, which is where the service runs'),
    z.looseObject({ kind: Words.describe('What it is, such as prometheus.') }),
  )
  .prefault({})
  .describe('Where numbers come from, by the names that targets use. platform is always there.');
