import { type Clues, unclear } from './clue.ts';
import type { Unclear } from './moment.ts';
import { weekdayName } from './say-moment.ts';
import { type Day, dayOf, dayPlus, weekdayOf } from './wall.ts';

/** The days that clues may mean, in order: one where they name it, else those to come, today included. */
export type WhichDay =
  | { readonly kind: 'named'; readonly day: Day }
  | { readonly kind: 'coming'; readonly days: readonly Day[] };

const YEARS_AHEAD = 12;
/** A weekday stands in it at least once though today's has passed. */
const DAYS_AHEAD = 9;

export function whichDay({ day, weekday }: Clues, today: Day): WhichDay {
  if (day?.kind === 'day') return { kind: 'named', day: day.day };
  if (day?.kind === 'from-today') return { kind: 'named', day: dayPlus(today, day.days) };
  if (day?.kind === 'month-day') {
    const year = Number(today.slice(0, 4));
    const years = Array.from({ length: YEARS_AHEAD }, (_, ahead) => year + ahead);
    const days = years.flatMap((each) => dayOf(each, day.month, day.date) ?? []);
    return { kind: 'coming', days: days.filter((each) => each >= today) };
  }
  const days = Array.from({ length: DAYS_AHEAD }, (_, ahead) => dayPlus(today, ahead));
  return { kind: 'coming', days: days.filter((each) => weekday === null || weekdayOf(each) === weekday) };
}

/** Says so when somebody named a day and a weekday that do not belong together. */
export function contradiction({ weekday }: Clues, day: Day): Unclear | null {
  if (weekday === null || weekdayOf(day) === weekday) return null;
  return unclear([`${day} is a ${weekdayName(day)}.`]);
}

export const noSuchDay = unclear(['There is no such day in the coming years.']);
