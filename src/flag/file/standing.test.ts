import { expect, test } from 'vitest';
import { Failed } from '../../core/failure.ts';
import { changed, Definitions, standingOf } from './standing.ts';

const place = { key: 'mail', environment: 'production' };
const flagWith = (more: object) =>
  Definitions.parse({
    flags: { mail: { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'on', ...more } },
  });
const fractional = (yes: number, no: number) =>
  flagWith({
    targeting: {
      fractional: [
        ['on', yes],
        ['off', no],
      ],
    },
  });

test('weights are written as whole numbers, whatever the share', () => {
  const before = standingOf(fractional(1, 7), place);
  expect(before.rolloutPercent).toBe(12.5);
  const after = changed(fractional(50, 50), place, before, 'back');
  expect(after.flags['mail']?.targeting).toEqual({
    fractional: [
      ['on', 12_500],
      ['off', 87_500],
    ],
  });
  expect(standingOf(after, place).rolloutPercent).toBe(12.5);
});

test('without a default variant nobody knows who gets it', () => {
  const definitions = flagWith({ defaultVariant: null });
  expect(standingOf(definitions, place)).toMatchObject({
    rolloutPercent: null,
    caveats: [expect.stringContaining('no default variant')],
  });
  expect(() => changed(definitions, place, { isOn: true, rolloutPercent: 10 }, 'up')).toThrow(
    'no default variant',
  );
});

test('what every object has is no flag', () => {
  expect(() => standingOf(flagWith({}), { ...place, key: 'constructor' })).toThrow(Failed);
});
