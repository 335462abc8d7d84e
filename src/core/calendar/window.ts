import { z } from 'zod';
import { ZoneName } from './zone.ts';

/** Monday first, as ISO 8601 counts. */
export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof weekdays)[number];

const ClockTime = z.string().regex(/^(?:[01][0-9]|2[0-3]):[0-5][0-9]$/, 'must be a time such as 09:30');
const CalendarDay = z.iso.date();

/** Which days something comes back on. */
export const Recurrence = z.strictObject({
  days: z.array(z.enum(weekdays)).min(1).max(7),
  zone: ZoneName,
  /** The first and the last day on which it may begin; null is no limit. */
  fromDate: CalendarDay.nullable().default(null),
  untilDate: CalendarDay.nullable().default(null),
  /** Days on which it does not begin. */
  except: z.array(CalendarDay).max(400).default([]),
});
export type Recurrence = z.infer<typeof Recurrence>;

export const OnceWindow = z
  .strictObject({
    kind: z.literal('once'),
    fromMs: z.number().int(),
    /** The first moment that is no longer in it. */
    untilMs: z.number().int(),
    /** For saying it only. */
    zone: ZoneName,
  })
  .refine(({ fromMs, untilMs }) => fromMs < untilMs, 'must end after it begins');

export const WeeklyWindow = Recurrence.extend({
  kind: z.literal('weekly'),
  from: ClockTime,
  until: ClockTime,
  /** How many days after it began it ends: 0 the same day, 1 across midnight, 3 from Friday to Monday. */
  daysLater: z.number().int().min(0).max(7),
});

/** A stretch of time that somebody named: a freeze, a maintenance, the hours in which deploying is allowed. */
export const Window = z.discriminatedUnion('kind', [OnceWindow, WeeklyWindow]);
export type Window = z.infer<typeof Window>;

/** One time that a window is open. */
export type Occurrence = {
  readonly fromMs: number;
  /** The first moment that is no longer in it. */
  readonly untilMs: number;
};
