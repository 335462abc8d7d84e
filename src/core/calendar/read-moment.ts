import { amountOf } from './clock-words.ts';
import { type Clues, quoted, unclear } from './clue.ts';
import type { Named, Now, ReadMoment } from './moment.ts';
import { readClues, tooLong, wordsIn } from './read-clues.ts';
import {
  clockWords,
  type Day,
  dayPlus,
  isPlannable,
  offsetAt,
  type Showing,
  showing,
  wallAt,
} from './wall.ts';
import { contradiction, noSuchDay, whichDay } from './which-day.ts';
import { zoneNamed } from './zone.ts';

/**
 * What somebody's words about a time mean, in their zone unless the words name one. English, and nothing is guessed:
 * numbers that could be day or month, times that clocks skip or show twice, and words that are not known are asked about.
 * A time without a day is the next one; a weekday is the next of its kind, today included.
 * @example readMoment('tomorrow 09:30', { zone: 'Europe/Berlin', nowMs })
 */
export function readMoment(text: string, now: Now): ReadMoment {
  const words = wordsIn(text);
  const read = words === null ? tooLong : readWords(words, now);
  if (read.kind !== 'unclear') return read;
  const sound = read.examples.filter((example) => isUnderstood(example, now)).slice(0, 3);
  return { ...read, examples: sound.length > 0 ? sound : usual(now) };
}

/** What can be typed whatever was typed before. */
function usual({ zone, nowMs }: Now): string[] {
  return [`${dayPlus(wallAt(nowMs, zone).day, 1)} 09:30`, 'tomorrow 09:30', 'in 2h'];
}

function isUnderstood(example: string, now: Now): boolean {
  const words = wordsIn(example);
  return words !== null && readWords(words, now).kind !== 'unclear';
}

function readWords(words: readonly string[], now: Now): ReadMoment {
  if (words.length === 0) return unclear(['When?']);
  const last = zoneNamed(words.at(-1) ?? '');
  const zone = last ?? now.zone;
  const relative = distanceOf(last === null ? words : words.slice(0, -1));
  if (relative !== null) return atDistance(relative, { ...now, zone });
  const read = readClues(words);
  return read.kind === 'unclear' ? read : resolve(read.clues, now);
}

/** Of `now`, `in 2h`, `+15m` and `3h ago`: how far from now, in milliseconds. */
function distanceOf(words: readonly string[]): number | null {
  const [first = '', ...rest] = words;
  if (first === 'now' && rest.length === 0) return 0;
  if (first === 'in') return amountOf(rest);
  if (first.startsWith('+')) return amountOf([first.slice(1), ...rest]);
  const amount = words.at(-1) === 'ago' ? amountOf(words.slice(0, -1)) : null;
  return amount === null ? null : -amount;
}

const SECOND_MS = 1_000;

/** Distances end on a whole second, never nearer than was asked. */
function atDistance(distanceMs: number, { zone, nowMs }: Now): ReadMoment {
  if (distanceMs === 0) return atMoment(nowMs, zone, nowMs);
  const round = distanceMs > 0 ? Math.ceil : Math.floor;
  return atMoment(round((nowMs + distanceMs) / SECOND_MS) * SECOND_MS, zone, nowMs);
}

function atMoment(atMs: number, zone: string, nowMs: number): ReadMoment {
  if (!isPlannable(atMs)) return unclear(['That is further away than anything is planned.']);
  return { kind: atMs < nowMs ? 'past' : 'moment', zone, ...named(atMs, zone) };
}

/** The shortest words that mean exactly this moment: the offset stands there only where the wall shows the time twice. */
export function named(atMs: number, zone: string): Named {
  const wall = wallAt(atMs, zone);
  const clock = clockWords(wall.clockMs);
  const isUnique = showing(wall, zone).kind === 'once';
  const when = isUnique ? `${wall.day} ${clock}` : `${wall.day}T${clock}${offsetAt(atMs, zone)}`;
  return { atMs, echo: `${when} ${zone}` };
}

function resolve(clues: Clues, now: Now): ReadMoment {
  const zone = clues.zone ?? now.zone;
  const { clockMs } = clues;
  if (clockMs === null) return unclear(['At what time?']);
  const which = whichDay(clues, wallAt(now.nowMs, zone).day);
  if (which.kind === 'coming') return nextShowing(clues, clockMs, which.days, { zone, nowMs: now.nowMs });
  const { day } = which;
  const contradicted = contradiction(clues, day);
  if (contradicted !== null) return contradicted;
  if (clues.offset !== null) return atOffset(day, clues, clues.offset, { zone, nowMs: now.nowMs });
  return shown(showing({ day, clockMs }, zone), zone, now.nowMs);
}

function atOffset(day: Day, clues: Clues, offset: string, { zone, nowMs }: Now): ReadMoment {
  const atMs = Date.parse(`${day}T${clockWords(clues.clockMs ?? 0)}${offset}`);
  if (clues.zone !== null && offset !== 'Z' && offsetAt(atMs, zone) !== offset) {
    return unclear([quoted(offset), ` is not how far ${zone} is from UTC at that time.`]);
  }
  return atMoment(atMs, zone, nowMs);
}

function shown(found: Showing, zone: string, nowMs: number): ReadMoment {
  switch (found.kind) {
    case 'once':
      return atMoment(found.atMs, zone, nowMs);
    case 'never':
      return { kind: 'gap', zone, before: named(found.beforeMs, zone), after: named(found.afterMs, zone) };
    case 'twice':
      return {
        kind: 'overlap',
        zone,
        first: named(found.firstMs, zone),
        second: named(found.secondMs, zone),
      };
  }
}

/** Of a time that comes back every day, week or year: the next one, which may have been skipped or come twice too. */
function nextShowing(clues: Clues, clockMs: number, days: readonly Day[], { zone, nowMs }: Now): ReadMoment {
  for (const day of days) {
    const found = showing({ day, clockMs }, zone);
    if (lastOf(found) < nowMs) continue;
    const isHalfOver = found.kind === 'twice' && found.firstMs < nowMs;
    const next = isHalfOver ? atMoment(found.secondMs, zone, nowMs) : shown(found, zone, nowMs);
    return contradiction(clues, day) ?? next;
  }
  return noSuchDay;
}

/** From which moment on a wall time lies behind us, though it were skipped. */
function lastOf(found: Showing): number {
  switch (found.kind) {
    case 'once':
      return found.atMs;
    case 'never':
      return found.resumesMs;
    case 'twice':
      return found.secondMs;
  }
}
