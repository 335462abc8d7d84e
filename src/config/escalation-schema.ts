import { z } from 'zod';
import { type Escalation as Escalating, escalationAtFirst, type Urgent } from '../core/care.ts';
import { Channel, Time, UserGroup, Words } from './words.ts';

const To = z.union([Channel, Words.pipe(UserGroup)]);

const Rule = z.strictObject({
  after: Time(10_000, 7 * 24 * 3_600_000)
    .nullable()
    .optional()
    .describe('How long an alert may go untaken. Null: for ever. Left out: 5m, 15m, 60m, and low for ever.'),
  to: z
    .array(To)
    .max(20)
    .default([])
    .describe(
      'Who is told then, once: channels, and user groups. An empty list is nobody; the alert says so.',
    ),
});

/** Who comes next when nobody takes an alert. */
export const Escalation = z
  .strictObject({
    critical: Rule.optional().describe('A deployment that needs a person; page, critical, p1.'),
    high: Rule.optional().describe(
      'Taken back in a protected place; error, p2, and words that nobody knows.',
    ),
    medium: Rule.optional().describe('Taken back elsewhere; warning, p3.'),
    low: Rule.optional().describe('info, p4.'),
  })
  .optional()
  .describe('Who is told besides of an alert that nobody has taken for so long, by how grave it is.');

export function escalationOf(written: NonNullable<z.output<typeof Escalation>>): Escalating {
  const rule = (urgency: Urgent) => {
    const { after, to } = written[urgency] ?? {};
    const { afterMs } = escalationAtFirst[urgency];
    return { afterMs: after === undefined ? afterMs : after, to: to ?? [] };
  };
  return { critical: rule('critical'), high: rule('high'), medium: rule('medium'), low: rule('low') };
}
