import { describe, expect, test } from 'vitest';
import { plain } from '../text.ts';
import type { ReadMoment } from './moment.ts';
import { readMoment } from './read-moment.ts';

/** A Friday, 09:42:04 in Berlin. */
const now = { zone: 'Europe/Berlin', nowMs: Date.parse('2026-11-20T08:42:04.250Z') };
const read = (text: string): ReadMoment => readMoment(text, now);
const utc = (atMs: number): string => new Date(atMs).toISOString();

describe('a moment', () => {
  test.each([
    ['2026-11-21 09:30', '2026-11-21T08:30:00.000Z'],
    ['2026-11-21T09:30', '2026-11-21T08:30:00.000Z'],
    ['2026-11-21T09:30Z', '2026-11-21T09:30:00.000Z'],
    ['2026-11-21T09:30:15-05:00', '2026-11-21T14:30:15.000Z'],
    ['2026-11-21T09:30:15.5+0530', '2026-11-21T04:00:15.500Z'],
    ['21.11.2026 09:30', '2026-11-21T08:30:00.000Z'],
    ['11/21/2026 09:30', '2026-11-21T08:30:00.000Z'],
    ['05.05.2027 9:30', '2027-05-05T07:30:00.000Z'],
    ['21 Nov 09:30', '2026-11-21T08:30:00.000Z'],
    ['Nov 21, 2026, 9:30 pm', '2026-11-21T20:30:00.000Z'],
    ['Saturday 21st November 9am', '2026-11-21T08:00:00.000Z'],
    ['3 march 10:00', '2027-03-03T09:00:00.000Z'],
    ['29 feb 10:00', '2028-02-29T09:00:00.000Z'],
    ['10:30', '2026-11-20T09:30:00.000Z'],
    ['09:30', '2026-11-21T08:30:00.000Z'],
    ['09:30 UTC', '2026-11-20T09:30:00.000Z'],
    ['noon', '2026-11-20T11:00:00.000Z'],
    ['today at 18:00', '2026-11-20T17:00:00.000Z'],
    ['tomorrow 09:30', '2026-11-21T08:30:00.000Z'],
    ['09:30 tomorrow', '2026-11-21T08:30:00.000Z'],
    ['TOMORROW  09:30   asia/tokyo', '2026-11-21T00:30:00.000Z'],
    ['sat 02:00', '2026-11-21T01:00:00.000Z'],
    ['on saturday at 02:00', '2026-11-21T01:00:00.000Z'],
    ['fri 10:30', '2026-11-20T09:30:00.000Z'],
    ['fri 09:30', '2026-11-27T08:30:00.000Z'],
    ['in 2h', '2026-11-20T10:42:05.000Z'],
    ['in 90 minutes', '2026-11-20T10:12:05.000Z'],
    ['in 1 h 30 min', '2026-11-20T10:12:05.000Z'],
    ['+15m', '2026-11-20T08:57:05.000Z'],
    ['in 2 days', '2026-11-22T08:42:05.000Z'],
    ['now', '2026-11-20T08:42:04.250Z'],
  ])('%s is %s', (text, at) => {
    const moment = read(text);
    expect(moment.kind).toBe('moment');
    if (moment.kind === 'moment') expect(utc(moment.atMs)).toBe(at);
  });

  test('today in the zone of the words is not today in the zone of the asker', () => {
    const late = { zone: 'America/Los_Angeles', nowMs: Date.parse('2026-11-21T02:00Z') };
    const tokyo = readMoment('today 12:00 Asia/Tokyo', late);
    expect(tokyo).toMatchObject({
      kind: 'moment',
      atMs: Date.parse('2026-11-21T03:00Z'),
      zone: 'Asia/Tokyo',
    });
    expect(readMoment('today 23:00', late)).toMatchObject({ atMs: Date.parse('2026-11-21T07:00Z') });
  });

  test('is echoed in words that mean the same wherever they are typed', () => {
    const { echo } = read('sat 02:00') as { echo: string };
    expect(echo).toBe('2026-11-21 02:00 Europe/Berlin');
    expect(readMoment(echo, { zone: 'Asia/Tokyo', nowMs: now.nowMs })).toEqual(read('sat 02:00'));
  });
});

describe('clock changes are asked about', () => {
  test('a time that clocks skip comes with the moments before and after', () => {
    expect(read('2027-03-28 02:30')).toEqual({
      kind: 'gap',
      zone: 'Europe/Berlin',
      before: { atMs: Date.parse('2027-03-28T00:30Z'), echo: '2027-03-28 01:30 Europe/Berlin' },
      after: { atMs: Date.parse('2027-03-28T01:30Z'), echo: '2027-03-28 03:30 Europe/Berlin' },
    });
  });

  test('a time that comes twice comes with both, and each can be typed', () => {
    const both = read('2027-10-31 02:30');
    expect(both).toEqual({
      kind: 'overlap',
      zone: 'Europe/Berlin',
      first: { atMs: Date.parse('2027-10-31T00:30Z'), echo: '2027-10-31T02:30+02:00 Europe/Berlin' },
      second: { atMs: Date.parse('2027-10-31T01:30Z'), echo: '2027-10-31T02:30+01:00 Europe/Berlin' },
    });
    if (both.kind !== 'overlap') return;
    expect(read(both.first.echo)).toMatchObject({ kind: 'moment', atMs: both.first.atMs });
    expect(read(both.second.echo)).toMatchObject({ kind: 'moment', atMs: both.second.atMs });
  });

  test('a day that a zone skipped whole is a skip like any other', () => {
    const apia = { zone: 'Pacific/Apia', nowMs: Date.parse('2011-12-29T00:00Z') };
    expect(readMoment('2011-12-30 10:00', apia)).toMatchObject({
      kind: 'gap',
      before: { echo: '2011-12-29 10:00 Pacific/Apia' },
      after: { echo: '2011-12-31 10:00 Pacific/Apia' },
    });
  });

  test('between the two showings of a time, the next one is the second', () => {
    const between = { zone: 'Europe/Berlin', nowMs: Date.parse('2027-10-31T00:45Z') };
    expect(readMoment('02:30', between)).toMatchObject({
      kind: 'moment',
      atMs: Date.parse('2027-10-31T01:30Z'),
    });
    expect(readMoment('02:50', between)).toMatchObject({ kind: 'overlap' });
  });

  test('the next showing of a time that is skipped today is asked about, and after the skip it is tomorrow', () => {
    const skipDay = (at: string) => ({ zone: 'Europe/Berlin', nowMs: Date.parse(at) });
    expect(readMoment('02:30', skipDay('2027-03-28T00:10Z'))).toMatchObject({ kind: 'gap' });
    const after = readMoment('02:30', skipDay('2027-03-28T01:10Z'));
    expect(after).toMatchObject({ kind: 'moment', echo: '2027-03-29 02:30 Europe/Berlin' });
  });

  test('an offset that the zone does not have then is refused', () => {
    expect(read('2027-10-31T02:30+03:00 Europe/Berlin').kind).toBe('unclear');
    expect(read('2027-10-31T02:30+03:00')).toMatchObject({
      kind: 'moment',
      atMs: Date.parse('2027-10-30T23:30Z'),
    });
  });
});

describe('nothing is guessed', () => {
  test.each([
    ['05.11.2026 09:30', ['2026-11-05 09:30', '2026-05-11 09:30']],
    ['5/11/2027 9:30', ['2027-11-05 09:30', '2027-05-11 09:30']],
    ['tomorow 09:30', ['tomorrow 09:30']],
    ['tomorrow 09:30 CET', ['tomorrow 09:30 Europe/Berlin']],
    ['tomorrow 09:30 berlin', ['tomorrow 09:30 Europe/Berlin']],
    ['2h', ['in 2h']],
  ])('%s is asked about, with what could be meant', (text, examples) => {
    const unclear = read(text);
    expect(unclear.kind).toBe('unclear');
    if (unclear.kind === 'unclear') expect(unclear.examples).toEqual(expect.arrayContaining(examples));
  });

  test.each([
    ['', 'When?'],
    ['tomorrow', 'At what time?'],
    ['next sat 09:30', 'understood in two ways'],
    ['midnight', 'which day'],
    ['tomorrow 12am', 'read both ways'],
    ['tomorrow 24:00', 'day after'],
    ['tomorrow 25:00', 'No clock'],
    ['tomorrow 13pm', 'No clock'],
    ['2026-02-30 09:30', 'There is no day'],
    ['31 june 09:30', 'There is no day'],
    ['21.11.26 09:30', 'year-month-day'],
    ['2026/11/21 09:30', 'year-month-day'],
    ['friday 21 nov 09:30', '2026-11-21 is a Saturday'],
    ['fri tomorrow 09:30', '2026-11-21 is a Saturday'],
    ['09:30 10:30', 'given twice'],
    ['sat sun 09:30', 'given twice'],
    ['09:30 UTC Europe/Berlin', 'given twice'],
    ['tomorrow 0930', 'nothing that I understand'],
    ['tomorrow 09:30 GMT+2', 'distance from UTC'],
    ['in two hours', 'in numbers'],
    ['in 30m 1h', 'in numbers'],
    ['in 5 months', 'in numbers'],
    ['in 1.5h', 'in numbers'],
    ['in 999999w', 'further away'],
    ['morgen 09:30', 'nothing that I understand'],
    ['١٢:٣٠', 'nothing that I understand'],
    ['x'.repeat(8_000), 'longer than'],
  ])('%.30s: %s', (text, why) => {
    const unclear = read(text);
    expect(unclear.kind).toBe('unclear');
    if (unclear.kind !== 'unclear') return;
    expect(plain(unclear.say)).toContain(why);
    expect(unclear.examples.map((example) => read(example).kind)).not.toContain('unclear');
    expect(unclear.examples.length).toBeGreaterThan(0);
  });
});

test.each([
  ['2026-11-20 09:42', '2026-11-20T08:42:00.000Z'],
  ['yesterday 14:00', '2026-11-19T13:00:00.000Z'],
  ['3h ago', '2026-11-20T05:42:04.000Z'],
  ['2020-01-01 00:00', '2019-12-31T23:00:00.000Z'],
])('%s is past, and said to be so', (text, at) => {
  const past = read(text);
  expect(past.kind).toBe('past');
  if (past.kind === 'past') expect(utc(past.atMs)).toBe(at);
});
