import type { z } from 'zod';
import { comingDays } from './recurrence.ts';
import { beginsAt, type Day, wallAt } from './wall.ts';
import { ClockTime, clockMsOf, Recurrence } from './window.ts';

/** Something that is to happen again and again at the same time of day. */
export const Schedule = Recurrence.extend({ at: ClockTime });
export type Schedule = z.infer<typeof Schedule>;

export type Fire = {
  readonly atMs: number;
  /** The day that it was meant for: with the schedule's id, a name under which it can be made once. */
  readonly day: Day;
};

/**
 * When it is due next, strictly after a moment; null when it never is again. Where clocks skip its time it is due with
 * the first moment after the skip, and where its time comes twice, the first time only. Should a whole day be skipped,
 * its occurrence and the one of the next day may fall together, and are due once.
 */
export function nextFire(schedule: Schedule, afterMs: number): Fire | null {
  const clockMs = clockMsOf(schedule.at);
  for (const day of comingDays(schedule, wallAt(afterMs, schedule.zone).day)) {
    const atMs = beginsAt({ day, clockMs }, schedule.zone);
    if (atMs > afterMs) return { atMs, day };
  }
  return null;
}
