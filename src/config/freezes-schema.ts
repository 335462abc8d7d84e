import { z } from 'zod';
import { readWindow } from '../core/calendar/read-window.ts';
import type { Window } from '../core/calendar/window.ts';
import { EnvironmentName, ServiceName } from '../core/names.ts';
import { plain } from '../core/text.ts';

/** Far apart, and in zones that never show the same time: what means the same in both leaves nothing to guess. */
const READERS = [
  { zone: 'UTC', nowMs: Date.UTC(2000, 0, 1), bare: 'weekly' },
  { zone: 'Asia/Tokyo', nowMs: Date.UTC(2100, 5, 15), bare: 'weekly' },
] as const;

/** When something holds, in the words that people type too. A file is read again and again: it must not depend on when. */
const When = z.string().transform((words, context): Window => {
  const [first, second] = READERS.map((reader) => readWindow(words, reader));
  const read = first?.kind === 'unclear' ? first : second;
  if (first === undefined || read === undefined || read.kind === 'unclear') {
    const said = read?.kind === 'unclear' ? plain(read.say) : 'it cannot be read';
    return refused(context, words, `is not understood: ${said}`);
  }
  if (first.kind !== 'unclear' && JSON.stringify(first.window) === JSON.stringify(read.window))
    return read.window;
  return refused(
    context,
    words,
    'must mean the same whenever and wherever it is read: name the zone, and days with their year, such as 2026-12-24 - 2027-01-02 Europe/Berlin',
  );
});

function refused(context: z.RefinementCtx, input: string, message: string): never {
  context.addIssue({ code: 'custom', message, input });
  return z.NEVER;
}

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
