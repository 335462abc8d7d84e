import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Capabilities } from '../capability.ts';
import { reachable } from './reachable.ts';

const place = (how: Extract<Capabilities['traffic'], { can: true }>['how']): Capabilities['traffic'] => ({
  can: true,
  how,
  caveats: [],
});
const weights = (stepPercent: number) => place({ kind: 'weights', stepPercent, settleMs: 0 });

test('what can be had is had as it was asked for, and nothing is said', () => {
  expect(reachable(weights(1), [5, 25, 50])).toEqual({ percents: [5, 25, 50], say: null });
});

test('four copies share in quarters, and the plan says so', () => {
  expect(reachable(weights(25), [5, 25, 50])).toEqual({
    percents: [25, 50],
    say: 'it stops at 25, 50 % instead of 5, 25, 50 %, because traffic can be shared in steps of 25 % there',
  });
});

test('a platform with stages of its own goes by them, whatever was asked for', () => {
  const stages = place({ kind: 'stages', percents: [10, 100], settleMs: 0 });
  expect(reachable(stages, [5, 50])).toEqual({
    percents: [10],
    say: 'it stops at 10 % instead of 5, 50 %, because the platform has stages of its own',
  });
});

test('where traffic is switched as a whole there is nothing in between', () => {
  expect(reachable(place({ kind: 'flip', isAtomic: true }), [5])).toEqual({
    percents: [],
    say: 'all of the traffic goes over at once instead of 5 %, because traffic can only be switched as a whole there',
  });
  expect(reachable({ can: false, why: 'platform', say: 'no' }, [5])).toEqual({ percents: [], say: null });
});

test('every stop is one that the place has, they rise as they did, and a wish never vanishes without a word', () => {
  const wishes = fc
    .uniqueArray(fc.integer({ min: 1, max: 99 }), { maxLength: 5 })
    .map((all) => all.toSorted((a, b) => a - b));
  fc.assert(
    fc.property(fc.constantFrom(0.01, 1, 5, 10, 20, 25, 100 / 3, 50, 100), wishes, (step, wanted) => {
      const { percents, say } = reachable(weights(step), wanted);
      expect(percents.toSorted((a, b) => a - b)).toEqual(percents);
      for (const percent of percents) {
        expect(percent).toBeGreaterThan(0);
        expect(percent).toBeLessThan(100);
        expect(Math.abs(percent / step - Math.round(percent / step))).toBeLessThan(0.01 / step + 1e-9);
      }
      if (percents.length !== wanted.length) expect(say).not.toBeNull();
    }),
  );
});
