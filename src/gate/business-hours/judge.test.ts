import { expect, test } from 'vitest';
import type { Subject } from '../gate.ts';
import { businessHours } from './index.ts';

const ask = (iso: string, open: string | string[]) =>
  businessHours.check({ nowMs: Date.parse(iso) } as Subject, { open });

test('it is open within its hours, by the clocks of its own zone', async () => {
  const open = 'weekdays 09:00 - 16:00 Europe/Berlin';
  expect(await ask('2026-11-20T14:59:00Z', open)).toEqual({
    kind: 'pass',
    because: 'it is open every weekday 09:00 until 16:00 Europe/Berlin',
  });
  expect(await ask('2026-11-20T15:00:00Z', open)).toEqual({
    kind: 'fail',
    because: 'it opens Monday 23 Nov 09:00 Europe/Berlin (08:00 UTC)',
  });
  // One hour earlier in summer.
  expect((await ask('2026-07-17T14:30:00Z', open)).kind).toBe('fail');
});

test('one of several is enough, and the first to come is named', async () => {
  const open = ['mon 09:00 - 12:00 UTC', 'tue 09:00 - 12:00 UTC'];
  expect((await ask('2026-11-24T10:00:00Z', open)).kind).toBe('pass');
  expect(await ask('2026-11-24T13:00:00Z', open)).toMatchObject({
    because: 'it opens Monday 30 Nov 09:00 UTC',
  });
});

test('hours that never come again stay closed', async () => {
  expect(await ask('2026-11-24T13:00:00Z', '2026-11-20 09:00 - 2026-11-20 12:00 UTC')).toEqual({
    kind: 'fail',
    because: 'its hours are over, and there are no more to come',
  });
});

test('hours without a zone, and words that are none, are refused when they are written', () => {
  const takes = (open: unknown) => businessHours.Settings.safeParse({ open }).success;
  expect([takes('weekdays 09:00 - 16:00'), takes('when it suits'), takes([]), takes(undefined)]).toEqual([
    false,
    false,
    false,
    false,
  ]);
});
