import { type DayClue, type Found, found, quoted, type Recogniser, unclear } from './clue.ts';
import type { Unclear } from './moment.ts';
import { type Day, dayOf } from './wall.ts';

/** `2026-11-21`, and numbers in other orders where they can only mean one day. */
export const numericDay: Recogniser = (words, at) => {
  const match = /^(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})$/.exec(words[at] ?? '');
  if (match === null) return null;
  const [word = '', a = '', separator, b = '', c = ''] = match;
  if (a.length === 4 && separator === '-' && b.length === 2 && c.length === 2) {
    return asDay(dayOf(Number(a), Number(b), Number(c)), word);
  }
  if (a.length > 2 || c.length !== 4)
    return unclear(['Say the day as year-month-day, not ', quoted(word), '.']);
  return yearLast(word, Number(a), Number(b), Number(c));
};

/** Day first or month first is a matter of where one grew up, so it is asked about unless only one can be. */
function yearLast(word: string, a: number, b: number, year: number): Found | Unclear {
  const possible = [dayOf(year, b, a), dayOf(year, a, b)].filter((day) => day !== null);
  const days = [...new Set(possible)];
  if (days.length < 2) return asDay(days[0] ?? null, word);
  return unclear(
    [quoted(word), ` is ${days[0]} to some and ${days[1]} to others. Which one?`],
    days.map((day) => `${day} 09:30`),
  );
}

function asDay(day: Day | null, word: string): Found | Unclear {
  return day === null
    ? unclear(['There is no day ', quoted(word), '.'])
    : found(1, { day: { kind: 'day', day } });
}

const nearDays = new Map([
  ['yesterday', -1],
  ['today', 0],
  ['tomorrow', 1],
]);

export const nearDay: Recogniser = (words, at) => {
  const days = nearDays.get(words[at] ?? '');
  return days === undefined ? null : found(1, { day: { kind: 'from-today', days } });
};

const weekdayNames: readonly (readonly string[])[] = [
  ['mon', 'monday'],
  ['tue', 'tues', 'tuesday'],
  ['wed', 'weds', 'wednesday'],
  ['thu', 'thur', 'thurs', 'thursday'],
  ['fri', 'friday'],
  ['sat', 'saturday'],
  ['sun', 'sunday'],
];

/** From Monday, 0, to Sunday, 6; null for what is none. */
export function weekdayNamed(word: string): number | null {
  const weekday = weekdayNames.findIndex((names) => names.includes(word));
  return weekday === -1 ? null : weekday;
}

export const weekdayWord: Recogniser = (words, at) => {
  const word = words[at] ?? '';
  if (word === 'next' || word === 'this' || word === 'last') {
    return unclear([quoted(word), ' is understood in two ways. Leave it out, or say the date.']);
  }
  const weekday = weekdayNamed(word);
  return weekday === null ? null : found(1, { weekday });
};

const monthNames: readonly (readonly string[])[] = [
  ['jan', 'january'],
  ['feb', 'february'],
  ['mar', 'march'],
  ['apr', 'april'],
  ['may'],
  ['jun', 'june'],
  ['jul', 'july'],
  ['aug', 'august'],
  ['sep', 'sept', 'september'],
  ['oct', 'october'],
  ['nov', 'november'],
  ['dec', 'december'],
];

/** `21 nov`, `nov 21`, `21st november 2026`. */
export const monthDay: Recogniser = (words, at) => {
  const [first = '', second = '', third = ''] = words.slice(at, at + 3);
  const isMonthFirst = monthNamed(first) !== null;
  const month = monthNamed(isMonthFirst ? first : second);
  const date = dateNumber(isMonthFirst ? second : first);
  if (month === null || date === null) return null;
  const year = /^\d{4}$/.test(third) ? Number(third) : null;
  const day = dayOf(year ?? LEAP_YEAR, month, date);
  if (day === null) return unclear(['There is no day ', quoted(words.slice(at, at + 3).join(' ')), '.']);
  const clue: DayClue = year === null ? { kind: 'month-day', month, date } : { kind: 'day', day };
  return found(year === null ? 2 : 3, { day: clue });
};

/** Has every day that any year has. */
const LEAP_YEAR = 2000;

function monthNamed(word: string): number | null {
  const month = monthNames.findIndex((names) => names.includes(word));
  return month === -1 ? null : month + 1;
}

function dateNumber(word: string): number | null {
  return /^\d{1,2}(?:st|nd|rd|th)?$/.test(word) ? Number.parseInt(word, 10) : null;
}

/** Every word for a day, for whoever mistyped one. */
export const dayVocabulary = [...nearDays.keys(), ...weekdayNames.flat(), ...monthNames.flat()];
