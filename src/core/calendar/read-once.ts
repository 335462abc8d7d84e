import { type Clues, unclear } from './clue.ts';
import type { Now, Unclear } from './moment.ts';
import { readClues } from './read-clues.ts';
import { beginsAt, clockWords, type Day, dayPlus, endsAt, wallAt } from './wall.ts';
import { contradiction, noSuchDay, whichDay } from './which-day.ts';
import type { OnceWindow } from './window.ts';
import { endClues, spanOf } from './window-words.ts';

/** A stretch of time that comes once: with times at both ends, for a while, or whole days with the last one included. */
export function readOnce(words: readonly string[], now: Now): OnceWindow | Unclear {
  const span = spanOf(words);
  if ('kind' in span) return span;
  const from = readBegin(span.from);
  if (from !== 'now' && 'kind' in from) return from;
  if (span.lengthMs !== null) return lasting(from, span.lengthMs, now);
  if (span.until === null) return from === 'now' ? untilWhen : wholeDays(from, from, now);
  const end = endClues(span.until);
  if (end.kind === 'unclear') return end;
  const hasTime = from === 'now' || from.clockMs !== null || end.clues.clockMs !== null;
  return hasTime ? between(from, end, now) : wholeDays(from, end.clues, now);
}

const untilWhen = unclear(['Until when, or for how long?']);

/** What stands before the dash; nothing at all is now. */
function readBegin(words: readonly string[]): Clues | 'now' | Unclear {
  if (words.length === 0 || words.join() === 'now') return 'now';
  const read = readClues(words);
  return read.kind === 'unclear' ? read : read.clues;
}

function beginMs(from: Clues | 'now', now: Now): number | Unclear {
  return from === 'now' ? now.nowMs : edge(from, beginsAt, now.nowMs - 1, now);
}

function lasting(from: Clues | 'now', lengthMs: number, now: Now): OnceWindow | Unclear {
  const fromMs = beginMs(from, now);
  if (typeof fromMs !== 'number') return fromMs;
  return { kind: 'once', fromMs, untilMs: fromMs + lengthMs, zone: now.zone };
}

type End = { readonly clues: Clues; readonly isDayEnd: boolean };

function between(from: Clues | 'now', end: End, now: Now): OnceWindow | Unclear {
  const fromMs = beginMs(from, now);
  if (typeof fromMs !== 'number') return fromMs;
  const hasDay = end.clues.day !== null || end.clues.weekday !== null;
  const ends: typeof endsAt = ({ day, clockMs }, zone) =>
    endsAt({ day: end.isDayEnd && hasDay ? dayPlus(day, 1) : day, clockMs }, zone);
  const untilMs = edge(end.clues, ends, fromMs, { ...now, nowMs: fromMs }, now.nowMs);
  if (typeof untilMs !== 'number') return untilMs;
  return { kind: 'once', fromMs, untilMs, zone: now.zone };
}

/** One end of it: on the day that is named, else the first time after `afterMs`; `today` is always the asker's. */
function edge(
  clues: Clues,
  rule: typeof beginsAt,
  afterMs: number,
  { zone: usual, nowMs }: Now,
  todayMs = nowMs,
): number | Unclear {
  const zone = clues.zone ?? usual;
  const { clockMs } = clues;
  if (clockMs === null) return unclear(['Say the times of both ends, or of neither for whole days.']);
  const isFromToday = clues.day?.kind === 'from-today';
  const which = whichDay(clues, wallAt(isFromToday ? todayMs : nowMs, zone).day);
  if (which.kind === 'named') {
    const exactly = Date.parse(`${which.day}T${clockWords(clockMs)}${clues.offset ?? 'Z'}`);
    const atMs = clues.offset === null ? rule({ day: which.day, clockMs }, zone) : exactly;
    return contradiction(clues, which.day) ?? atMs;
  }
  for (const day of which.days) {
    const atMs = rule({ day, clockMs }, zone);
    if (atMs > afterMs) return contradiction(clues, day) ?? atMs;
  }
  return noSuchDay;
}

function wholeDays(first: Clues, last: Clues, { zone, nowMs }: Now): OnceWindow | Unclear {
  if (first.clockMs !== null) return untilWhen;
  const today = wallAt(nowMs, zone).day;
  const firstDay = wholeDay(first, today, today);
  if (typeof firstDay !== 'string') return firstDay;
  const lastDay = wholeDay(last, firstDay, today);
  if (typeof lastDay !== 'string') return lastDay;
  const fromMs = beginsAt({ day: firstDay, clockMs: 0 }, zone);
  return { kind: 'once', fromMs, untilMs: endsAt({ day: dayPlus(lastDay, 1), clockMs: 0 }, zone), zone };
}

function wholeDay(clues: Clues, since: Day, today: Day): Day | Unclear {
  if (clues.day === null && clues.weekday === null) return unclear(['Which day, or from when until when?']);
  const which = whichDay(clues, clues.day?.kind === 'from-today' ? today : since);
  const day = which.kind === 'named' ? which.day : which.days[0];
  if (day === undefined) return noSuchDay;
  return contradiction(clues, day) ?? day;
}
