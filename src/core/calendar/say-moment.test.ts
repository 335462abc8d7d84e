import { expect, test } from 'vitest';
import { sayMoment, sayWhen } from './say-moment.ts';

const nowMs = Date.parse('2026-11-20T15:30:00Z');

test.each([
  ['2026-11-21T08:30:00Z', 'Europe/Berlin', 'Saturday 21 Nov 09:30 Europe/Berlin (08:30 UTC), in 17 h'],
  ['2026-11-20T16:17:20Z', 'UTC', 'Friday 20 Nov 16:17 UTC, in 47 m'],
  ['2026-11-20T23:30:00Z', 'Asia/Tokyo', 'Saturday 21 Nov 08:30 Asia/Tokyo (20 Nov 23:30 UTC), in 8 h'],
  ['2027-01-02T15:30:00Z', 'UTC', 'Saturday 2 Jan 2027 15:30 UTC, in 43 d'],
  ['2026-11-20T15:30:20Z', 'UTC', 'Friday 20 Nov 15:30 UTC, in 20 s'],
  ['2026-11-20T15:30:00Z', 'UTC', 'Friday 20 Nov 15:30 UTC, now'],
  ['2026-11-20T13:00:00Z', 'UTC', 'Friday 20 Nov 13:00 UTC, 2 h 30 m ago'],
])('%s in %s is said as: %s', (at, zone, said) => expect(sayMoment(Date.parse(at), zone, nowMs)).toBe(said));

test('the two showings of one time differ in their UTC', () => {
  const [first, second] = ['2027-10-31T00:30Z', '2027-10-31T01:30Z'].map((at) => Date.parse(at));
  expect(sayWhen(first ?? 0, 'Europe/Berlin', nowMs)).toBe(
    'Sunday 31 Oct 2027 02:30 Europe/Berlin (00:30 UTC)',
  );
  expect(sayWhen(second ?? 0, 'Europe/Berlin', nowMs)).toBe(
    'Sunday 31 Oct 2027 02:30 Europe/Berlin (01:30 UTC)',
  );
});
