import { z } from 'zod';
import { ZoneName } from './zone.ts';

/** Monday first, as ISO 8601 counts. */
export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof weekdays)[number];

export const ClockTime = z
  .string()
  .regex(/^(?:[01][0-9]|2[0-3]):[0-5][0-9]$/, 'must be a time such as 09:30');
const CalendarDay = z.iso
  .date()
  .refine((day) => day >= '1970-01-02' && day <= '2199-12-29', 'must be a day between 1970 and 2199');

/** The face of a clock for `09:30`. */
export function clockMsOf(clockTime: string): number {
  return Date.parse(`1970-01-01T${clockTime}Z`);
}

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

const OnceWindow = z
  .strictObject({
    kind: z.literal('once'),
    fromMs: z.number().int(),
    /** The first moment that is no longer in it. */
    untilMs: z.number().int(),
    /** For saying it only. */
    zone: ZoneName,
  })
  .refine(({ fromMs, untilMs }) => fromMs < untilMs, 'must end after it begins');
export type OnceWindow = z.infer<typeof OnceWindow>;

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1_440;
const WEEK_MINUTES = 7 * DAY_MINUTES;

const WeeklyWindow = Recurrence.extend({
  kind: z.literal('weekly'),
  from: ClockTime,
  until: ClockTime,
  /** How many days after it began it ends: 0 the same day, 1 across midnight, 3 from Friday to Monday. */
  daysLater: z.number().int().min(0).max(7),
})
  .refine((window) => lengthMinutes(window) > 0, 'must end after it begins')
  .refine((window) => !isWithoutEnd(window), 'must leave some of the week open');
export type WeeklyWindow = z.infer<typeof WeeklyWindow>;

/** A stretch of time that somebody named: a freeze, a maintenance, the hours in which deploying is allowed. */
export const Window = z.discriminatedUnion('kind', [OnceWindow, WeeklyWindow]);
export type Window = z.infer<typeof Window>;

type Span = { from: string; until: string; daysLater: number };

function lengthMinutes({ from, until, daysLater }: Span): number {
  return daysLater * DAY_MINUTES + (clockMsOf(until) - clockMsOf(from)) / MINUTE_MS;
}

/** Whether one occurrence follows on another all week round. */
function isWithoutEnd(window: Span & { days: readonly Weekday[] }): boolean {
  const begins = [...new Set(window.days)]
    .map((day) => weekdays.indexOf(day) * DAY_MINUTES)
    .toSorted((a, b) => a - b);
  const length = lengthMinutes(window);
  return begins.every((begin, index) => {
    const next = begins[index + 1] ?? (begins[0] ?? 0) + WEEK_MINUTES;
    return begin + length >= next;
  });
}
