import { expect, test } from 'vitest';
import { instructionsOf } from './instructions.ts';
import { type Flag, standingOf } from './standing.ts';

const place = { key: 'new-checkout', environment: 'production' };
const off = { isOn: false, rolloutPercent: null };

/** The variations are yes and no, in this order. */
function flag(more: Partial<Flag['environments'][string]>): Flag {
  return {
    key: 'new-checkout',
    variations: [
      { _id: 'yes', value: true },
      { _id: 'no', value: false },
    ],
    environments: {
      production: { on: true, version: 1, fallthrough: { variation: 0 }, offVariation: 1, ...more },
    },
  };
}

function asked(of: Flag, wanted: { isOn: boolean; rolloutPercent: number | null }) {
  return instructionsOf(of, standingOf(of, place), wanted, place);
}

test('a flag that everybody gets while it is off is not off, and is not switched off', () => {
  const upsideDown = flag({ on: false, offVariation: 0 });
  expect(standingOf(upsideDown, place)).toMatchObject({
    isOn: true,
    rolloutPercent: 100,
    caveats: ['everybody gets it while it is switched off'],
  });
  expect(() => asked(upsideDown, off)).toThrow('everybody gets new-checkout while it is off in production');
  expect(() => asked(upsideDown, { isOn: true, rolloutPercent: 10 })).toThrow('while it is off');
  expect(() => asked(flag({ offVariation: 0 }), off)).toThrow('while it is off in production');
  expect(asked(flag({ offVariation: 0 }), { isOn: true, rolloutPercent: 10 })).toHaveLength(1);
});

test('a flag that nobody gets while it is off is switched off', () => {
  expect(standingOf(flag({ on: false }), place)).toMatchObject({ isOn: false, caveats: [] });
  expect(asked(flag({}), off)).toEqual([{ kind: 'turnFlagOff' }]);
  expect(asked(flag({ offVariation: undefined }), off)).toEqual([{ kind: 'turnFlagOff' }]);
});
