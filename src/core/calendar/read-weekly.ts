import { type Clues, quoted, unclear } from './clue.ts';
import { weekdayNamed } from './day-words.ts';
import type { Unclear } from './moment.ts';
import { readClues } from './read-clues.ts';
import { clockWords, DAY_MS } from './wall.ts';
import { type Weekday, weekdays } from './window.ts';
import { endClues, spanOf } from './window-words.ts';

/** What was typed of a window that comes back, before its schema judges it. */
export type TypedWeekly = {
  readonly kind: 'weekly';
  readonly days: Weekday[];
  readonly from: string;
  readonly until: string;
  readonly daysLater: number;
  readonly fromDate: string | null;
  readonly untilDate: string | null;
  readonly except: string[];
};

const working: Weekday[] = weekdays.slice(0, 5);
const resting: Weekday[] = weekdays.slice(5);

const groups = new Map<string, readonly Weekday[]>([
  ['daily', weekdays],
  ['weekdays', working],
  ['weekends', resting],
  ['day', weekdays],
  ['weekday', working],
  ['weekend', resting],
]);

/** Whether the words say that something comes back. Days of the week alone do so where that is agreed. */
export function comesBack([first = '']: readonly string[], bare: 'once' | 'weekly'): boolean {
  if (first === 'every' || first === 'daily' || first === 'weekdays' || first === 'weekends') return true;
  return bare === 'weekly' && daysNamed(first) !== null;
}

/** `every fri 16:00 - mon 08:00`, `daily 22:00-06:00`, `weekdays 09:00 - 17:00 except 2026-12-24`. */
export function readWeekly(typed: readonly string[]): TypedWeekly | Unclear {
  const words = typed[0] === 'every' ? typed.slice(1) : typed;
  const isDay = (word: string) => daysNamed(word) !== null || word === 'and';
  const count = words.findIndex((word) => !isDay(word));
  const named = count === -1 ? words : words.slice(0, count);
  const days = weekdays.filter((day) => named.some((word) => daysNamed(word)?.includes(day)));
  if (days.length === 0) return unclear(['Every what? Name days of the week.']);
  const rest = words.slice(named.length);
  const limit = rest.findIndex((word) => limitNames.has(word));
  const hours = readHours(limit === -1 ? rest : rest.slice(0, limit), days);
  if ('kind' in hours) return hours;
  const limits = readLimits(limit === -1 ? [] : rest.slice(limit));
  return 'kind' in limits ? limits : { kind: 'weekly', days, ...hours, ...limits };
}

/** `fri`, `mon-fri`, `weekdays`. */
function daysNamed(word: string): readonly Weekday[] | null {
  const group = groups.get(word);
  if (group !== undefined) return group;
  const [first = '', last, ...more] = word.split('-', 3);
  const [from, until] = [weekdayNamed(first), weekdayNamed(last ?? first)];
  if (from === null || until === null || more.length > 0) return null;
  return weekdays.filter((_, day) =>
    from <= until ? day >= from && day <= until : day >= from || day <= until,
  );
}

type Hours = Pick<TypedWeekly, 'from' | 'until' | 'daysLater'>;

function readHours(words: readonly string[], days: readonly Weekday[]): Hours | Unclear {
  if (words.length === 0) return wholeDays(1);
  const span = spanOf(words);
  if ('kind' in span) return span;
  const begin = readClues(span.from);
  if (begin.kind === 'unclear') return begin;
  if (hasDay(begin.clues)) return unclear(['Only one day can begin it. Name several before the time.']);
  const fromMs = begin.clues.clockMs;
  if (span.lengthMs !== null) return fromMs === null ? bothTimes : lasting(fromMs, span.lengthMs);
  if (span.until === null) return unclear(['Until when, or for how long?']);
  return readEnd(fromMs, span.until, days);
}

const bothTimes = unclear(['Say the times of both ends, or of neither for whole days.']);

function hasDay({ day, weekday }: Clues): boolean {
  return day !== null || weekday !== null;
}

function lasting(fromMs: number, lengthMs: number): Hours {
  const untilMs = fromMs + lengthMs;
  return {
    from: clockWords(fromMs),
    until: clockWords(untilMs % DAY_MS),
    daysLater: Math.floor(untilMs / DAY_MS),
  };
}

function readEnd(fromMs: number | null, words: readonly string[], days: readonly Weekday[]): Hours | Unclear {
  const later = /^\+([0-7])d$/.exec(words.at(-1) ?? '')?.[1];
  const end = endClues(later === undefined ? words : words.slice(0, -1));
  if (end.kind === 'unclear') return end;
  const { clockMs, weekday, day } = end.clues;
  if (day !== null || (weekday !== null && days.length > 1)) return severalDays;
  const between = daysUntil(weekday, days);
  if (fromMs === null && clockMs === null && between !== null) return wholeDays(between + 1);
  if (fromMs === null || clockMs === null) return bothTimes;
  const daysLater = Number(later ?? untilDay(fromMs, clockMs, between, end.isDayEnd));
  return { from: clockWords(fromMs), until: clockWords(clockMs), daysLater };
}

function daysUntil(weekday: number | null, [first = 'mon']: readonly Weekday[]): number | null {
  return weekday === null ? null : (weekday - weekdays.indexOf(first) + 7) % 7;
}

const severalDays = unclear(['It ends on one day of the week only if it begins on one.']);

function wholeDays(count: number): Hours {
  return { from: '00:00', until: '00:00', daysLater: count };
}

/** Without a day it ends with the first such time after it began; with the day it began on, the same day if it can. */
function untilDay(fromMs: number, untilMs: number, between: number | null, isDayEnd: boolean): number {
  if (between === null) return untilMs > fromMs ? 0 : 1;
  const days = isDayEnd ? between + 1 : between;
  return days === 0 && untilMs <= fromMs ? 7 : days;
}

const limitNames = new Set(['first', 'last', 'except']);

type Limits = Pick<TypedWeekly, 'fromDate' | 'untilDate' | 'except'>;

/** `first 2026-12-01 last 2027-01-31 except 2026-12-24 2026-12-31`. */
function readLimits(words: readonly string[]): Limits | Unclear {
  const days = new Map<string, string[]>();
  let name = '';
  for (const word of words) {
    if (limitNames.has(word)) {
      if (days.has(word)) return unclear([quoted(word), ' is given twice.']);
      name = word;
      days.set(name, []);
    } else days.get(name)?.push(word);
  }
  const [first = [], last = [], except = []] = ['first', 'last', 'except'].map((each) => days.get(each));
  const wrong = [...days.values()].flat().find((day) => !/^\d{4}-\d{2}-\d{2}$/.test(day));
  if (wrong !== undefined) return unclear(['Say such days as year-month-day, not ', quoted(wrong), '.']);
  const isCounted =
    [first, last].every((each) => each.length < 2) && [...days.values()].every((each) => each.length > 0);
  if (!isCounted) return unclear(['After first and last stands one day, and at least one after except.']);
  return { fromDate: first[0] ?? null, untilDate: last[0] ?? null, except };
}
