import { describe, expect, test } from 'vitest';
import { plain } from '../text.ts';
import { type ReadWindow, readWindow } from './read-window.ts';
import { sayWindow } from './say-window.ts';

/** A Friday, 09:42 in Berlin. */
const now = { zone: 'Europe/Berlin', nowMs: Date.parse('2026-11-20T08:42:00Z'), bare: 'once' as const };
const read = (text: string): ReadWindow => readWindow(text, now);

describe('a window that comes once', () => {
  test.each([
    ['fri 16:00 - mon 08:00', '2026-11-20T15:00Z', '2026-11-23T07:00Z'],
    ['Friday 16:00 – Monday 08:00', '2026-11-20T15:00Z', '2026-11-23T07:00Z'],
    ['from fri 16:00 until mon 08:00 UTC', '2026-11-20T16:00Z', '2026-11-23T08:00Z'],
    ['sat 02:00 3h', '2026-11-21T01:00Z', '2026-11-21T04:00Z'],
    ['sat 02:00 for 1 h 30 min', '2026-11-21T01:00Z', '2026-11-21T02:30Z'],
    ['sat 22:00 - 06:00', '2026-11-21T21:00Z', '2026-11-22T05:00Z'],
    ['sat 22:00 - 24:00', '2026-11-21T21:00Z', '2026-11-21T23:00Z'],
    ['sat 22:00 - sat 24:00', '2026-11-21T21:00Z', '2026-11-21T23:00Z'],
    ['2h', '2026-11-20T08:42Z', '2026-11-20T10:42Z'],
    ['until mon 08:00', '2026-11-20T08:42Z', '2026-11-23T07:00Z'],
    ['now - 12:00', '2026-11-20T08:42Z', '2026-11-20T11:00Z'],
    ['tomorrow 10:00 - tomorrow 12:00', '2026-11-21T09:00Z', '2026-11-21T11:00Z'],
    ['2026-12-20 09:00 - 2027-01-04 09:00', '2026-12-20T08:00Z', '2027-01-04T08:00Z'],
    ['2026-12-20 - 2027-01-02', '2026-12-19T23:00Z', '2027-01-02T23:00Z'],
    ['20 dec - 2 jan', '2026-12-19T23:00Z', '2027-01-02T23:00Z'],
    ['tomorrow', '2026-11-20T23:00Z', '2026-11-21T23:00Z'],
    ['2026-10-01 - 2026-12-24', '2026-09-30T22:00Z', '2026-12-24T23:00Z'],
    ['2027-10-31 01:00 - 02:30', '2027-10-30T23:00Z', '2027-10-31T01:30Z'],
    ['2027-03-28 02:30 - 04:00', '2027-03-28T01:00Z', '2027-03-28T02:00Z'],
  ])('%s', (text, from, until) => {
    expect(read(text)).toMatchObject({
      kind: 'window',
      window: { kind: 'once', fromMs: Date.parse(from), untilMs: Date.parse(until) },
    });
  });
});

describe('a window that comes back', () => {
  test.each([
    ['every fri 16:00 - mon 08:00', 'every fri 16:00 - mon 08:00 Europe/Berlin'],
    ['every friday from 4pm to monday 8am America/New_York', 'every fri 16:00 - mon 08:00 America/New_York'],
    ['daily 22:00-06:00', 'daily 22:00 - 06:00 Europe/Berlin'],
    ['every mon-fri 9am-5pm', 'weekdays 09:00 - 17:00 Europe/Berlin'],
    ['every mon and wed 16:00 - 08:00', 'every mon,wed 16:00 - 08:00 Europe/Berlin'],
    ['every sat-mon 10:00 - 12:00', 'every mon,sat,sun 10:00 - 12:00 Europe/Berlin'],
    ['every sat 02:00 3h', 'every sat 02:00 - 05:00 Europe/Berlin'],
    ['every mon,thu 12:00 for 1d', 'every mon,thu 12:00 - 12:00 Europe/Berlin'],
    ['every mon,thu 12:00 for 30h', 'every mon,thu 12:00 - 18:00 +1d Europe/Berlin'],
    ['weekends', 'every sat,sun 00:00 - 00:00 Europe/Berlin'],
    ['every fri - sun', 'every fri 00:00 - mon 00:00 Europe/Berlin'],
    ['every fri 16:00 - sun 24:00', 'every fri 16:00 - mon 00:00 Europe/Berlin'],
    ['every fri 16:00 - fri 08:00', 'every fri 16:00 - 08:00 +7d Europe/Berlin'],
    [
      'daily 22:00-06:00 first 2026-12-01 last 2027-01-31 except 2026-12-24 2026-12-31',
      'daily 22:00 - 06:00 Europe/Berlin first 2026-12-01 last 2027-01-31 except 2026-12-24 2026-12-31',
    ],
  ])('%s', (text, echo) => {
    const window = read(text);
    expect(window).toMatchObject({ kind: 'window', echo });
    expect(readWindow(echo, { zone: 'Asia/Tokyo', nowMs: 0, bare: 'once' })).toEqual(window);
  });

  test('is what days of the week alone mean, where that is agreed', () => {
    const all = readWindow('fri 16:00 - mon 08:00', { ...now, bare: 'weekly' });
    expect(all).toEqual(read('every fri 16:00 - mon 08:00'));
    expect(readWindow('tomorrow', { ...now, bare: 'weekly' })).toEqual(read('tomorrow'));
  });
});

test.each([
  ['2020-01-01 - 2020-01-05'],
  ['yesterday 10:00 - 12:00'],
  ['daily 10:00 - 12:00 last 2020-01-01'],
])('%s is over already', (text) => expect(read(text).kind).toBe('past'));

test.each([
  ['', 'From when until when'],
  ['09:00', 'Until when'],
  ['every', 'Every what'],
  ['every fri 16:00', 'Until when'],
  ['every fri 16:00 - mon', 'both ends'],
  ['every mon,tue 16:00 - wed 08:00', 'one day of the week'],
  ['2026-12-20 09:00 - 2027-01-02', 'both ends'],
  ['2026-12-21 10:00 - 2026-12-20 10:00', 'end after it begins'],
  ['every day 00:00 - 24:00', 'some of the week'],
  ['every fri 16:00 - fri 16:00', 'some of the week'],
  ['every fri 16:00:30 - mon 08:00', 'such as 09:30'],
  ['every fri 16:00 for 9d', null],
  ['every fri 16:00 - mon 08:00 except', 'at least one'],
  ['every fri 16:00 - mon 08:00 except xmas', 'year-month-day'],
  ['every fri 16:00 - mon 08:00 first 2026-13-01', null],
  ['05/11/2026 - 07/11/2026', 'Which one'],
  ['sat 02:00 3h CET', 'abbreviation'],
  ['sat 02:00 3h Europe/Brelin', 'not a zone'],
  ['- - -', null],
  ['x'.repeat(8_000), 'longer than'],
])('%.40s is asked about', (text, why) => {
  const unclear = read(text);
  expect(unclear.kind).toBe('unclear');
  if (unclear.kind !== 'unclear') return;
  if (why !== null) expect(plain(unclear.say)).toContain(why);
  expect(unclear.examples.map((example) => read(example).kind)).not.toContain('unclear');
  expect(unclear.examples.length).toBeGreaterThan(0);
});

test.each([
  ['every fri 16:00 - mon 08:00', 'every Friday 16:00 until Monday 08:00 Europe/Berlin'],
  ['daily 22:00-06:00', 'every day 22:00 until 06:00 the next day Europe/Berlin'],
  ['weekdays 9am-5pm', 'every weekday 09:00 until 17:00 Europe/Berlin'],
  [
    'every sat,sun 08:00 - 10:00 first 2026-12-01 except 2026-12-26',
    'every Saturday and Sunday 08:00 until 10:00 Europe/Berlin, first on Tuesday 1 Dec, but not on Saturday 26 Dec',
  ],
  [
    'sat 02:00 3h',
    'from Saturday 21 Nov 02:00 Europe/Berlin (01:00 UTC) until Saturday 21 Nov 05:00 Europe/Berlin (04:00 UTC)',
  ],
])('%s is said as: %s', (text, said) => {
  const window = read(text);
  expect(window.kind === 'window' ? sayWindow(window.window, now.nowMs) : window).toBe(said);
});
