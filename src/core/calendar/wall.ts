import { Temporal } from '@js-temporal/polyfill';

/** `2026-11-21`, in some zone that stands beside it. */
export type Day = string;

export const DAY_MS = 86_400_000;

/** What calendar and clock on the wall show. */
export type Wall = {
  readonly day: Day;
  /** 0 to 86,399,999; counted by the clock's face, so that it says nothing about how long the day has lasted. */
  readonly clockMs: number;
};

/** When a clock on the wall shows something: once on most days, never or twice where clocks are changed. */
export type Showing =
  | { readonly kind: 'once'; readonly atMs: number }
  /** The clocks skip it. */
  | {
      readonly kind: 'never';
      /** The first moment after the skip. */
      readonly resumesMs: number;
      /** As far before the skip as what was asked for stands before its end, and the same after it. */
      readonly beforeMs: number;
      readonly afterMs: number;
    }
  | { readonly kind: 'twice'; readonly firstMs: number; readonly secondMs: number };

export function showing({ day, clockMs }: Wall, zone: string): Showing {
  const plain = Temporal.PlainDateTime.from(`${day}T${clockWords(clockMs)}`);
  try {
    return {
      kind: 'once',
      atMs: plain.toZonedDateTime(zone, { disambiguation: 'reject' }).epochMilliseconds,
    };
  } catch (refused) {
    if (!(refused instanceof RangeError)) throw refused;
  }
  const earlierMs = plain.toZonedDateTime(zone, { disambiguation: 'earlier' }).epochMilliseconds;
  const laterMs = plain.toZonedDateTime(zone, { disambiguation: 'later' }).epochMilliseconds;
  if (isBefore(wallAt(earlierMs, zone), { day, clockMs })) {
    const resumesMs = firstAfter(earlierMs, laterMs, { day, clockMs }, zone);
    return { kind: 'never', resumesMs, beforeMs: earlierMs, afterMs: laterMs };
  }
  return { kind: 'twice', firstMs: earlierMs, secondMs: laterMs };
}

/** Halves the stretch around one skip until what is left is the first moment at which the wall is past `wall`. */
function firstAfter(beforeMs: number, afterMs: number, wall: Wall, zone: string): number {
  let [low, high] = [beforeMs, afterMs];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (isBefore(wallAt(middle, zone), wall)) low = middle;
    else high = middle;
  }
  return high;
}

function isBefore(a: Wall, b: Wall): boolean {
  return a.day < b.day || (a.day === b.day && a.clockMs < b.clockMs);
}

export function wallAt(atMs: number, zone: string): Wall {
  const words = zoned(atMs, zone).toPlainDateTime().toString({ smallestUnit: 'millisecond' });
  return { day: words.slice(0, 10), clockMs: Date.parse(`1970-01-01T${words.slice(11)}Z`) };
}

/** `+02:00`: how far the zone is from UTC at that moment. */
export function offsetAt(atMs: number, zone: string): string {
  return zoned(atMs, zone).offset;
}

function zoned(atMs: number, zone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(zone);
}

/** The rule for what begins: in a skip with the first moment after it, and of two with the first. */
export function beginsAt(wall: Wall, zone: string): number {
  const found = showing(wall, zone);
  if (found.kind === 'never') return found.resumesMs;
  return found.kind === 'once' ? found.atMs : found.firstMs;
}

/** The rule for what ends: in a skip with the first moment after it, and of two with the second, because longer is safer. */
export function endsAt(wall: Wall, zone: string): number {
  const found = showing(wall, zone);
  return found.kind === 'twice' ? found.secondMs : beginsAt(wall, zone);
}

/** `09:30`, `09:30:15`, `09:30:15.250`: as short as it can be. */
export function clockWords(clockMs: number): string {
  const words = new Date(clockMs).toISOString().slice(11, 23);
  return words.replace(/\.000$/, '').replace(/^([0-9]{2}:[0-9]{2}):00$/, '$1');
}

export function dayPlus(day: Day, days: number): Day {
  return new Date(Date.parse(`${day}T00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** From Monday, 0, to Sunday, 6. */
export function weekdayOf(day: Day): number {
  return (new Date(`${day}T00:00Z`).getUTCDay() + 6) % 7;
}

/** Null for days that no calendar has, and for years that nobody plans for. */
export function dayOf(year: number, month: number, date: number): Day | null {
  if (year < YEAR_MIN || year > YEAR_MAX) return null;
  const atMs = Date.UTC(year, month - 1, date);
  const isReal = month >= 1 && month <= 12 && date >= 1 && new Date(atMs).getUTCDate() === date;
  return isReal ? new Date(atMs).toISOString().slice(0, 10) : null;
}

const YEAR_MIN = 1970;
const YEAR_MAX = 2199;

/** Whether a moment lies in the years that are understood everywhere here. */
export function isPlannable(atMs: number): boolean {
  return atMs >= Date.UTC(YEAR_MIN, 0, 2) && atMs < Date.UTC(YEAR_MAX, 11, 30);
}
