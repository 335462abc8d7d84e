import { expect, test } from 'vitest';
import { explainZone, ZoneName, zoneNamed } from './zone.ts';

test.each([
  ['europe/berlin', 'Europe/Berlin'],
  ['EUROPE/BERLIN', 'Europe/Berlin'],
  ['Asia/Kolkata', 'Asia/Kolkata'],
  ['america/argentina/buenos_aires', 'America/Argentina/Buenos_Aires'],
  ['utc', 'UTC'],
  ['Z', 'UTC'],
  ['Etc/UTC', 'UTC'],
])('%s is the zone %s', (text, zone) => expect(zoneNamed(text)).toBe(zone));

test.each([
  '',
  'GMT+2',
  'UTC+2',
  '+02:00',
  'Etc/GMT+2',
  'CET',
  'EST',
  'EST5EDT',
  'Berlin',
  'Europe/Berlim',
  'a/b',
])('%j is no zone', (text) => expect(zoneNamed(text)).toBeNull());

test.each(['2026-11-21T09:30[Europe/Berlin]', '__proto__', `Europe/${'x'.repeat(9_000)}`])(
  'what only holds a zone is none: %.40s',
  (text) => expect(zoneNamed(text)).toBeNull(),
);

test('every zone that this Node lists is one, and is kept in the same words', () => {
  const zones = Intl.supportedValuesOf('timeZone');
  expect(zones.length).toBeGreaterThan(400);
  expect(zones.filter((zone) => zoneNamed(zone.toLowerCase()) !== zone)).toEqual([]);
  expect(zones.filter((zone) => !ZoneName.safeParse(zone).success)).toEqual([]);
  expect(ZoneName.safeParse('europe/berlin').success).toBe(false);
});

test.each(['GMT+2', 'UTC-05:00', '+0530', 'Etc/GMT+2'])('%s is refused because it is a distance', (text) => {
  expect(explainZone(text).because).toContain('distance from UTC');
});

test.each([
  ['CET', 'Europe/Berlin'],
  ['ist', 'Asia/Kolkata'],
  ['Europe/Brelin', 'Europe/Berlin'],
  ['berlin', 'Europe/Berlin'],
  ['new york', 'America/New_York'],
  ['kolkata', 'Asia/Kolkata'],
  ['kyiv', 'Europe/Kyiv'],
])('for %s, %s is offered', (text, zone) => expect(explainZone(text).meant).toContain(zone));

test('what is offered is a zone', () => {
  const typed = [
    'CET',
    'BST',
    'MST',
    'CST',
    'PST',
    'GMT',
    'IST',
    'buenos',
    'saigon',
    'nuuk',
    'Asia/Katmando',
  ];
  const offered = typed.flatMap((text) => explainZone(text).meant);
  expect(offered.length).toBeGreaterThan(typed.length);
  expect(offered.filter((zone) => zoneNamed(zone) !== zone)).toEqual([]);
});
