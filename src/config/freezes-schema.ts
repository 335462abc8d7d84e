import { z } from 'zod';
import { When } from '../core/calendar/when.ts';
import { EnvironmentName, ServiceName } from '../core/names.ts';

/** Nothing is deployed where it reaches, in its hours, whoever is there. */
export const Freezes = z
  .array(
    z.strictObject({
      name: z
        .string()
        .regex(/^[a-z][a-z0-9-]{0,39}$/, 'must be a-z, 0-9 and -, starting with a letter')
        .describe('What people call it.'),
      when: When.describe('Such as every fri 16:00 - mon 08:00 Europe/Berlin.'),
      service: ServiceName.nullable().default(null).describe('Null: every service.'),
      environment: EnvironmentName.nullable().default(null).describe('Null: everywhere.'),
      reason: z.string().min(1).max(300).describe('Everybody who is stopped by it reads this.'),
    }),
  )
  .max(100)
  .default([])
  .describe('Hours in which nothing is deployed, and nothing gets more traffic. Rolling back always works.');

/** Whom alerts come from; they are muted during maintenance. What stands beside `kind` is its own. */
export const Alarms = z
  .record(
    z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'must be a-z, 0-9 and -, starting with a letter'),
    z.looseObject({ kind: z.string().describe('What they come from, such as webhook.') }),
  )
  .prefault({})
  .describe('Whom alerts come from: they are muted during maintenance.');
