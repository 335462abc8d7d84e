import { found, type Recogniser, unclear } from './clue.ts';
import type { Unclear } from './moment.ts';
import { dayOf } from './wall.ts';

/** `2026-11-21t09:30`, and the same with `z` or an offset, as ISO 8601 writes it. */
export const stampWord: Recogniser = (words, at) => {
  const match = STAMP.exec(words[at] ?? '');
  if (match === null) return null;
  const [, year, month, date, hour, minute, second, fraction, offset] = match;
  const day = dayOf(Number(year), Number(month), Number(date));
  if (day === null) return unclear([`There is no day ${year}-${month}-${date}.`]);
  const clock = clockOf({ hour, minute, second, fraction, half: null });
  if (clock.kind === 'unclear') return clock;
  const sign = offset === undefined ? null : offset.toUpperCase().replace(/^(...)([0-9]{2})$/, '$1:$2');
  return found(1, { day: { kind: 'day', day }, clockMs: clock.clockMs, offset: sign });
};

const STAMP =
  /^(\d{4})-(\d{2})-(\d{2})t(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?(z|[+-](?:0\d|1[0-4]):?[0-5]\d)?$/;

/** `09:30`, `9:30pm`, `9:30 pm`, `9am`, `noon`. */
export const clockWord: Recogniser = (words, at) => {
  const word = words[at] ?? '';
  if (word === 'noon') return found(1, { clockMs: 12 * 3_600_000 });
  if (word === 'midnight') return midnight;
  const match = /^(\d{1,2})(?::(\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?)?(am|pm|z)?$/.exec(word);
  if (match === null) return null;
  const [, hour, minute, second, fraction, end] = match;
  const half = halfOf(end) ?? halfOf(words[at + 1]);
  if (minute === undefined && half === null) return null;
  const clock = clockOf({ hour, minute, second, fraction, half });
  if (clock.kind === 'unclear') return clock;
  const zone = end === 'z' ? { zone: 'UTC' } : {};
  return found(half === null || half === end ? 1 : 2, { clockMs: clock.clockMs, ...zone });
};

const midnight = unclear(['Midnight of which day? Say 00:00 and the day that begins with it.']);

function halfOf(word: string | undefined): Face['half'] {
  return word === 'am' || word === 'pm' ? word : null;
}

type Face = {
  readonly hour: string | undefined;
  readonly minute: string | undefined;
  readonly second: string | undefined;
  readonly fraction: string | undefined;
  readonly half: 'am' | 'pm' | null;
};

function clockOf(face: Face): { readonly kind: 'clock'; readonly clockMs: number } | Unclear {
  const [minute, second] = [Number(face.minute ?? 0), Number(face.second ?? 0)];
  const hour = hourOf(Number(face.hour), face.half);
  if (typeof hour !== 'number') return hour;
  if (minute > 59 || second > 59) return noSuchTime;
  const fraction = Number((face.fraction ?? '').padEnd(3, '0'));
  return { kind: 'clock', clockMs: ((hour * 60 + minute) * 60 + second) * 1_000 + fraction };
}

function hourOf(hour: number, half: Face['half']): number | Unclear {
  if (half === null && hour === 24) return unclear(['24:00 is 00:00 of the day after; say that day.']);
  if (half === null) return hour < 24 ? hour : noSuchTime;
  if (hour === 12) return unclear(['12 am and 12 pm are read both ways. Say 00:00 or 12:00.']);
  if (hour < 1 || hour > 12) return noSuchTime;
  return half === 'pm' ? hour + 12 : hour;
}

const noSuchTime = unclear(['No clock shows that time. Hours go from 00 to 23 and minutes from 00 to 59.']);

/** `2h`, `90 minutes`, `1h30m`: milliseconds, or null. A day is 24 hours here; units must fall, each at most once. */
export function amountOf(words: readonly string[]): number | null {
  const joined = words.join('');
  if (joined.length > 60 || !/^(?:\d{1,6}[a-z]{1,7})+$/.test(joined)) return null;
  let [sum, last] = [0, Number.POSITIVE_INFINITY];
  for (const [, amount, unit] of joined.matchAll(/(\d+)([a-z]+)/g)) {
    const unitMs = units.get(unit ?? '');
    if (unitMs === undefined || unitMs >= last) return null;
    sum += Number(amount) * unitMs;
    last = unitMs;
  }
  return sum;
}

const units = new Map([
  ...['s', 'sec', 'secs', 'second', 'seconds'].map((unit) => [unit, 1_000] as const),
  ...['m', 'min', 'mins', 'minute', 'minutes'].map((unit) => [unit, 60_000] as const),
  ...['h', 'hr', 'hrs', 'hour', 'hours'].map((unit) => [unit, 3_600_000] as const),
  ...['d', 'day', 'days'].map((unit) => [unit, 86_400_000] as const),
  ...['w', 'week', 'weeks'].map((unit) => [unit, 604_800_000] as const),
]);
