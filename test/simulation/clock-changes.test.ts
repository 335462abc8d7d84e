import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nextOccurrence, type Occurrence, windowAt } from '../../src/core/calendar/occurrence.ts';
import { nextFire, Schedule } from '../../src/core/calendar/schedule.ts';
import { weekdayOf } from '../../src/core/calendar/wall.ts';
import { clockMsOf, type WeeklyWindow, Window, weekdays } from '../../src/core/calendar/window.ts';
import { WallClocks } from '../support/wall-clocks.ts';

/** Those whose clocks were changed in unusual ways, those with many people, and some that never change them. */
const zones = [
  'Europe/Berlin',
  'Europe/London',
  'Europe/Dublin',
  'Europe/Lisbon',
  'Europe/Istanbul',
  'Europe/Moscow',
  'Europe/Volgograd',
  'Europe/Chisinau',
  'America/New_York',
  'America/Chicago',
  'America/Los_Angeles',
  'America/St_Johns',
  'America/Havana',
  'America/Santiago',
  'America/Sao_Paulo',
  'America/Asuncion',
  'America/Mexico_City',
  'America/Caracas',
  'America/Nuuk',
  'America/Scoresbysund',
  'Atlantic/Azores',
  'Africa/Casablanca',
  'Africa/Cairo',
  'Africa/Juba',
  'Africa/Sao_Tome',
  'Asia/Beirut',
  'Asia/Amman',
  'Asia/Gaza',
  'Asia/Jerusalem',
  'Asia/Tehran',
  'Asia/Pyongyang',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Asia/Tokyo',
  'Antarctica/Troll',
  'Australia/Lord_Howe',
  'Australia/Adelaide',
  'Pacific/Norfolk',
  'Pacific/Chatham',
  'Pacific/Fiji',
  'Pacific/Apia',
];

const BEGIN_MS = Date.UTC(2015, 0, 1);
const END_MS = Date.UTC(2035, 0, 1);
const DAY_MS = 86_400_000;

const scanned = new Map<string, WallClocks>();
function clocksOf(zone: string): WallClocks {
  const clocks = scanned.get(zone) ?? new WallClocks(zone, BEGIN_MS - 90 * DAY_MS, END_MS + 90 * DAY_MS);
  scanned.set(zone, clocks);
  return clocks;
}

/** Those of the twenty years; the scan goes further, so that what lies around each of them is known too. */
function changesOf(zone: string): number[] {
  return clocksOf(zone).changes.filter((change) => change >= BEGIN_MS && change < END_MS);
}

function clockText(minutes: number): string {
  const face = [Math.floor(minutes / 60) % 24, minutes % 60];
  return face.map((part) => String(part).padStart(2, '0')).join(':');
}

/** The times of day within four hours of where the clocks were when they were changed. */
function halfHoursNear(zone: string, change: number): string[] {
  const wall = clocksOf(zone).wallAt(change - 1) % DAY_MS;
  return Array.from({ length: 17 }, (_, index) =>
    clockText((Math.floor(wall / 1_800_000) * 30 + (index - 8) * 30 + 1_440) % 1_440),
  );
}

/** Calendar days as milliseconds, as if they were UTC, on which something is meant to begin. */
function* daysBetween(days: readonly string[], fromMs: number, untilMs: number): Generator<number> {
  for (let day = Math.floor(fromMs / DAY_MS) * DAY_MS; day < untilMs; day += DAY_MS) {
    const weekday = weekdays[(new Date(day).getUTCDay() + 6) % 7] ?? '';
    if (days.includes(weekday)) yield day;
  }
}

function daily(zone: string, at: string, days: readonly string[] = weekdays): Schedule {
  return Schedule.parse({ days, zone, at });
}

/** What a schedule ought to do, said with the scan alone. */
function intended({ days, zone, at }: Schedule, fromMs: number, untilMs: number): number[] {
  const clocks = clocksOf(zone);
  const all = [...daysBetween(days, fromMs - 2 * DAY_MS, untilMs + 2 * DAY_MS)].map((day) =>
    clocks.first(day + clockMsOf(at)),
  );
  return [...new Set(all)].filter((atMs) => atMs > fromMs && atMs <= untilMs);
}

function fired(schedule: Schedule, fromMs: number, untilMs: number): number[] {
  const all: number[] = [];
  for (let at = fromMs; ; ) {
    const fire = nextFire(schedule, at);
    if (fire === null || fire.atMs > untilMs) return all;
    all.push(fire.atMs);
    at = fire.atMs;
  }
}

test('the zones change their clocks often enough for the rest to mean something', () => {
  expect(zones.length).toBeGreaterThanOrEqual(40);
  const changes = zones.map((zone) => changesOf(zone).length);
  expect(changes.reduce((sum, each) => sum + each, 0)).toBeGreaterThan(700);
  expect(changes.filter((each) => each > 0).length).toBeGreaterThan(35);
}, 120_000);

test.each(zones)(
  '%s: every occurrence of twenty years is due exactly once, in order',
  (zone) => {
    const clocks = clocksOf(zone);
    const change = changesOf(zone)[0] ?? BEGIN_MS;
    // The time of day that its own clock changes skip or repeat, every day for twenty years.
    const atChange = clockText(Math.floor(((clocks.wallAt(change - 1) % DAY_MS) + 60_001) / 60_000) % 1_440);
    for (const schedule of [daily(zone, atChange), daily(zone, '00:00', ['mon', 'sun'])]) {
      const all = fired(schedule, BEGIN_MS, END_MS);
      expect(all).toEqual(intended(schedule, BEGIN_MS, END_MS));
      expect(all.length).toBeGreaterThan(2_000);
    }
  },
  120_000,
);

test.each(zones)(
  '%s: around each clock change every half hour of the night is due exactly once',
  (zone) => {
    for (const change of changesOf(zone)) {
      const [fromMs, untilMs] = [change - 1.5 * DAY_MS, change + 1.5 * DAY_MS];
      for (const at of halfHoursNear(zone, change)) {
        const schedule = daily(zone, at);
        expect(fired(schedule, fromMs, untilMs)).toEqual(intended(schedule, fromMs, untilMs));
      }
    }
  },
  120_000,
);

test('a day that a zone skipped whole is due with the first moment after it, and nothing is due twice', () => {
  const clocks = new WallClocks('Pacific/Apia', Date.UTC(2011, 10, 1), Date.UTC(2012, 1, 1));
  scanned.set('Pacific/Apia 2011', clocks);
  const resumes = Date.parse('2011-12-30T10:00Z');
  expect(clocks.resumes(Date.UTC(2011, 11, 30, 12))).toBe(resumes);
  const noon = daily('Pacific/Apia', '12:00');
  const before = Date.parse('2011-12-29T22:00Z');
  expect(nextFire(noon, before)).toEqual({ atMs: resumes, day: '2011-12-30' });
  expect(nextFire(noon, resumes)).toEqual({ atMs: Date.parse('2011-12-30T22:00Z'), day: '2011-12-31' });
  const midnight = daily('Pacific/Apia', '00:00');
  expect(fired(midnight, before, resumes + DAY_MS)).toEqual([resumes, resumes + DAY_MS]);
});

test('the day it was meant for names a fire, so that it can be made once', () => {
  const schedule = daily('Europe/Berlin', '02:30');
  const skipped = nextFire(schedule, Date.parse('2027-03-28T00:00Z'));
  expect(skipped).toEqual({ atMs: Date.parse('2027-03-28T01:00Z'), day: '2027-03-28' });
  const twice = nextFire(schedule, Date.parse('2027-10-30T22:00Z'));
  expect(twice).toEqual({ atMs: Date.parse('2027-10-31T00:30Z'), day: '2027-10-31' });
  expect(nextFire(schedule, twice?.atMs ?? 0)).toEqual({
    atMs: Date.parse('2027-11-01T01:30Z'),
    day: '2027-11-01',
  });
});

test('between its first and its last day, and never on an exception', () => {
  const limits = { fromDate: '2026-12-01', untilDate: '2026-12-04', except: ['2026-12-02'] };
  const schedule = Schedule.parse({ days: [...weekdays], zone: 'UTC', at: '09:00', ...limits });
  const days = [];
  for (let fire = nextFire(schedule, 0); fire !== null; fire = nextFire(schedule, fire.atMs))
    days.push(fire.day);
  expect(days).toEqual(['2026-12-01', '2026-12-03', '2026-12-04']);
});

// ---- Windows.

function occurrences(window: WeeklyWindow, fromMs: number, untilMs: number): Occurrence[] {
  const clocks = clocksOf(window.zone);
  const joined: Occurrence[] = [];
  for (const day of daysBetween(window.days, fromMs - 20 * DAY_MS, untilMs + 20 * DAY_MS)) {
    const begin = clocks.first(day + clockMsOf(window.from));
    const end = clocks.last(day + window.daysLater * DAY_MS + clockMsOf(window.until));
    if (begin >= end) continue;
    const before = joined.at(-1);
    if (before !== undefined && begin <= before.untilMs) {
      joined[joined.length - 1] = { fromMs: before.fromMs, untilMs: Math.max(before.untilMs, end) };
    } else joined.push({ fromMs: begin, untilMs: end });
  }
  return joined.filter((one) => one.fromMs > fromMs && one.fromMs <= untilMs);
}

function opened(window: Window, fromMs: number, untilMs: number): Occurrence[] {
  const all: Occurrence[] = [];
  for (let at = fromMs; ; ) {
    const next = nextOccurrence(window, at);
    if (next === null || next.fromMs > untilMs) return all;
    all.push(next);
    at = next.fromMs;
  }
}

function weekly(parts: Partial<WeeklyWindow>): WeeklyWindow {
  const hours = { from: '16:00', until: '08:00', daysLater: 3 };
  const window = Window.parse({ kind: 'weekly', days: ['fri'], zone: 'UTC', ...hours, ...parts });
  if (window.kind !== 'weekly') throw new Error('a weekly window');
  return window;
}

test.each(zones)(
  '%s: every weekend of twenty years is frozen, without a hole and without a double',
  (zone) => {
    const window = weekly({ zone });
    const all = opened(window, BEGIN_MS, END_MS);
    expect(all).toEqual(occurrences(window, BEGIN_MS, END_MS));
    expect(all.length).toBeGreaterThan(1_000);
  },
  120_000,
);

test.each(zones)(
  '%s: around each clock change nights are open exactly when the clocks on the wall say so',
  (zone) => {
    const nights = [weekly({ zone, days: [...weekdays], from: '22:00', until: '06:00', daysLater: 1 })];
    nights.push(weekly({ zone, days: [...weekdays], from: '00:30', until: '02:30', daysLater: 0 }));
    nights.push(weekly({ zone, days: ['sat', 'sun'], from: '00:00', until: '00:00', daysLater: 1 }));
    for (const change of changesOf(zone)) {
      for (const window of nights) {
        const expected = occurrences(window, change - 2 * DAY_MS, change + 2 * DAY_MS);
        for (const { fromMs, untilMs } of expected) {
          expect(windowAt(window, fromMs - 1)).toBeNull();
          expect(windowAt(window, fromMs)).toEqual({ fromMs, untilMs });
          expect(windowAt(window, untilMs - 1)).toEqual({ fromMs, untilMs });
          expect(windowAt(window, untilMs)).toBeNull();
        }
      }
    }
  },
  120_000,
);

const minutes = fc.integer({ min: 0, max: 1_439 }).map(clockText);
const anyWindow = fc
  .record({
    zone: fc.constantFrom(...zones),
    days: fc.uniqueArray(fc.constantFrom(...weekdays), { minLength: 1, maxLength: 7 }),
    from: minutes,
    until: minutes,
    daysLater: fc.integer({ min: 0, max: 7 }),
  })
  .map((parts) => Window.safeParse({ kind: 'weekly', ...parts }))
  .filter(({ success }) => success)
  .map(({ data }) => data as WeeklyWindow);

test('any window at any moment near a clock change is open or shut as the scan has it', () => {
  fc.assert(
    fc.property(anyWindow, fc.nat(), fc.integer({ min: -3_000, max: 3_000 }), (window, pick, offMinutes) => {
      const changes = changesOf(window.zone);
      const at = (changes[pick % Math.max(1, changes.length)] ?? BEGIN_MS) + offMinutes * 60_000;
      const near = occurrences(window, at - 30 * DAY_MS, at + 30 * DAY_MS);
      const expected = near.find(({ fromMs, untilMs }) => fromMs <= at && at < untilMs) ?? null;
      expect(windowAt(window, at)).toEqual(expected);
      expect(nextOccurrence(window, at)).toEqual(near.find(({ fromMs }) => fromMs > at) ?? null);
    }),
    { numRuns: 1_500 },
  );
}, 120_000);

test('what begins in a skip begins after it, and what ends in a doubled hour ends the second time', () => {
  const berlin = { zone: 'Europe/Berlin', daysLater: 0 };
  const skipped = weekly({ ...berlin, days: ['sun'], from: '02:30', until: '05:00' });
  expect(nextOccurrence(skipped, Date.parse('2027-03-27T12:00Z'))).toEqual({
    fromMs: Date.parse('2027-03-28T01:00Z'),
    untilMs: Date.parse('2027-03-28T03:00Z'),
  });
  const doubled = weekly({ ...berlin, days: ['sun'], from: '01:00', until: '02:30' });
  expect(nextOccurrence(doubled, Date.parse('2027-10-30T12:00Z'))).toEqual({
    fromMs: Date.parse('2027-10-30T23:00Z'),
    untilMs: Date.parse('2027-10-31T01:30Z'),
  });
  const swallowed = weekly({ ...berlin, days: ['sun'], from: '02:00', until: '03:00' });
  expect(nextOccurrence(swallowed, Date.parse('2027-03-27T12:00Z'))?.fromMs).toBe(
    Date.parse('2027-04-04T00:00Z'),
  );
});

test('days that touch are one stretch: what is asked is when it will be over', () => {
  const weekend = weekly({ zone: 'UTC', days: ['sat', 'sun'], from: '00:00', until: '00:00', daysLater: 1 });
  const sunday = Date.parse('2026-11-22T12:00Z');
  expect(weekdayOf('2026-11-22')).toBe(6);
  expect(windowAt(weekend, sunday)).toEqual({
    fromMs: Date.parse('2026-11-21T00:00Z'),
    untilMs: Date.parse('2026-11-23T00:00Z'),
  });
});

test.each([
  ['that never ends', { days: [...weekdays], from: '00:00', until: '00:00', daysLater: 1 }],
  ['that lasts a week', { days: ['mon'], from: '08:00', until: '08:00', daysLater: 7 }],
  ['without length', { from: '08:00', until: '08:00', daysLater: 0 }],
  ['that ends before it begins', { from: '08:00', until: '07:00', daysLater: 0 }],
  ['on no day', { days: [], daysLater: 1 }],
  ['in an unknown zone', { zone: 'Europe/Nowhere' }],
  ['at a time that no clock shows', { from: '25:00' }],
])('a window %s is refused', (_, parts) => {
  const whole = { kind: 'weekly', days: ['fri'], zone: 'UTC', from: '16:00', until: '08:00', daysLater: 3 };
  expect(Window.safeParse(whole).success).toBe(true);
  expect(Window.safeParse({ ...whole, ...parts }).success).toBe(false);
});
