import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readMoment } from '../../src/core/calendar/read-moment.ts';
import { readWindow } from '../../src/core/calendar/read-window.ts';
import { sayMoment } from '../../src/core/calendar/say-moment.ts';
import { sayWindow } from '../../src/core/calendar/say-window.ts';

const zones = [
  'Europe/Berlin',
  'America/Havana',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Asia/Kolkata',
  'UTC',
];

/** Words of the grammar and their neighbours: most of what they make is nearly right. */
const words = [
  ...[
    '2026-11-21',
    '2027-03-28',
    '2027-10-31',
    '2027-02-29',
    '05.11.2026',
    '21/11/2026',
    '9999-12-31',
    '0001-01-01',
  ],
  ...[
    '2026-11-21t09:30',
    '2027-10-31T02:30+02:00',
    '2027-10-31t02:30-14:59',
    '2026-11-21T09:30z',
    '2027-03-28T02:30',
  ],
  ...[
    '09:30',
    '9:30pm',
    '9',
    'am',
    'pm',
    '12am',
    '24:00',
    '00:00',
    '02:30',
    '23:59:59.999',
    '22:00-06:00',
    '99:99',
  ],
  ...[
    'today',
    'tomorrow',
    'yesterday',
    'now',
    'noon',
    'midnight',
    'mon',
    'friday',
    'sat',
    'sun',
    'mon-fri',
    'next',
  ],
  ...[
    '21',
    'nov',
    '29',
    'feb',
    'march',
    '31st',
    '2026',
    '2199',
    '1970',
    'in',
    'ago',
    '2h',
    '+15m',
    '90',
    'minutes',
  ],
  ...[
    '1h30m',
    '999999w',
    '3',
    'days',
    'at',
    'on',
    '-',
    '–',
    'until',
    'to',
    'for',
    'from',
    'every',
    'daily',
    'and',
  ],
  ...[
    'weekdays',
    'weekends',
    'day',
    'first',
    'last',
    'except',
    '+1d',
    '+7d',
    '->',
    ',',
    'Europe/Berlin',
    'utc',
    'z',
  ],
  ...[
    'America/New_York',
    'Asia/Kolkata',
    'CET',
    'GMT+2',
    '+02:00',
    'berlin',
    'a/b',
    'Etc/GMT+2',
    '__proto__',
  ],
];

const clock = fc
  .tuple(fc.nat(25), fc.nat(61), fc.constantFrom('', 'am', 'pm', 'z'))
  .map(([hour, minute, end]) => `${hour}:${String(minute).padStart(2, '0')}${end}`);
const day = fc
  .tuple(
    fc.integer({ min: 2025, max: 2028 }),
    fc.integer({ min: 1, max: 13 }),
    fc.integer({ min: 1, max: 32 }),
  )
  .map((parts) => parts.map((part) => String(part).padStart(2, '0')).join('-'));
const word = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...words) },
  { weight: 2, arbitrary: clock },
  { weight: 2, arbitrary: day },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 6 }) },
);
const nearly = fc.array(word, { maxLength: 9 }).map((line) => line.join(' '));
const sensible = fc
  .tuple(fc.oneof(day, fc.constantFrom('tomorrow', 'sat', '21 nov', '')), clock)
  .map((two) => two.join(' '));
const line = fc.oneof({ weight: 6, arbitrary: nearly }, { weight: 4, arbitrary: sensible });
const wild = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.tuple(word, fc.nat(4_000)).map(([one, times]) => `${one} `.repeat(times).slice(0, 8_192)),
  fc.string({ unit: 'grapheme', maxLength: 8_192, minLength: 2_000 }),
);
const said = {
  zone: fc.constantFrom(...zones),
  nowMs: fc.integer({ min: Date.UTC(2025, 0), max: Date.UTC(2028, 0) }),
  bare: fc.constantFrom('once' as const, 'weekly' as const),
};

/** It never throws, whatever it is given, and what it echoes means the same in any zone. */
function expectSound(text: string, now: { zone: string; nowMs: number; bare: 'once' | 'weekly' }): string {
  const moment = readMoment(text, now);
  const elsewhere = { ...now, zone: 'Asia/Tokyo' };
  const echoed = {
    moment: () => (moment.kind === 'moment' || moment.kind === 'past' ? [moment] : []),
    gap: () => (moment.kind === 'gap' ? [moment.before, moment.after] : []),
    overlap: () => (moment.kind === 'overlap' ? [moment.first, moment.second] : []),
  };
  for (const { atMs, echo } of Object.values(echoed).flatMap((list) => list())) {
    expect(readMoment(echo, elsewhere)).toMatchObject({ atMs, echo });
    expect(sayMoment(atMs, now.zone, now.nowMs)).not.toMatch(/undefined|NaN|Invalid/);
  }
  const window = readWindow(text, now);
  if (window.kind === 'window' || window.kind === 'past') {
    expect(readWindow(window.echo, { ...elsewhere, bare: 'once' })).toEqual(window);
    expect(sayWindow(window.window, now.nowMs)).not.toMatch(/undefined|NaN|Invalid/);
  }
  return moment.kind;
}

/** More where there is time: FUZZ_RUNS=300000. */
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 60_000);

test(`${RUNS} lines: nothing is thrown, and what is echoed means the same`, () => {
  const kinds = new Map<string, number>();
  const count = (kind: string) => kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  fc.assert(
    fc.property(line, fc.record(said), (text, now) => {
      count(expectSound(text, now));
    }),
    { numRuns: RUNS },
  );
  fc.assert(
    fc.property(wild, fc.record(said), (text, now) => {
      count(expectSound(text, now));
    }),
    { numRuns: Math.ceil(RUNS / 75) },
  );
  // A fuzzer that never gets through the door proves nothing.
  expect(kinds.get('moment')).toBeGreaterThan(RUNS / 10);
  expect(kinds.get('past')).toBeGreaterThan(RUNS / 60);
  expect(kinds.get('gap')).toBeGreaterThan(0);
  expect(kinds.get('unclear')).toBeGreaterThan(RUNS / 3);
}, 600_000);
