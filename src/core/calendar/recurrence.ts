import { type Day, dayPlus, weekdayOf } from './wall.ts';
import { type Recurrence, weekdays } from './window.ts';

/** Whether something that comes back begins on that day of the calendar. */
export function comesBackOn({ days, fromDate, untilDate, except }: Recurrence, day: Day): boolean {
  if (fromDate !== null && day < fromDate) return false;
  if (untilDate !== null && day > untilDate) return false;
  const weekday = weekdays[weekdayOf(day)];
  return weekday !== undefined && days.includes(weekday) && !except.includes(day);
}

/** Every day from `first` on which it begins, in order; without end where nothing ends it. */
export function* comingDays(recurrence: Recurrence, first: Day): Generator<Day> {
  const { fromDate, untilDate } = recurrence;
  let day = fromDate !== null && fromDate > first ? fromDate : first;
  while (untilDate === null || day <= untilDate) {
    if (comesBackOn(recurrence, day)) yield day;
    day = dayPlus(day, 1);
  }
}
