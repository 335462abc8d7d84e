import { z } from 'zod';
import { GroupName, Time } from './words.ts';

export const Approvals = z
  .strictObject({
    required: z
      .array(
        z.strictObject({
          needed: z.number().int().min(1).max(20).describe('So many different people.'),
          group: GroupName.nullable()
            .default(null)
            .describe('A group they have to be in; null: the role is enough.'),
        }),
      )
      .min(1)
      .max(10),
    expire: Time(60_000, 7 * 24 * 3_600_000)
      .prefault('60m')
      .describe('How long people have to say yes, and how long their yes is good.'),
    excludeAuthors: z.boolean().default(false).describe('Whoever wrote one of the commits does not count.'),
  })
  .describe('Who has to say yes before anything is deployed there.');
