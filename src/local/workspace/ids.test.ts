import fc from 'fast-check';
import { expect, test } from 'vitest';
import { byTime, openIds } from './ids.ts';

test('a ts is always later than the one before, even when the clock goes back', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1e12, max: 2e12 }), { minLength: 2 }), (times) => {
      const clock = { ms: 0 };
      const ids = openIds(
        () => clock.ms,
        () => 0,
      );
      const all = times.map((ms) => {
        clock.ms = ms;
        return ids.ts();
      });
      expect(all).toEqual([...all].sort(byTime));
      expect(new Set(all).size).toBe(all.length);
      expect(all.every((ts) => /^\d{10}\.\d{6}$/.test(ts))).toBe(true);
    }),
  );
});

test('what was read back is not given out again', () => {
  const ids = openIds(
    () => 1_000,
    () => 0,
  );
  ids.notBefore('1800000000.000007');
  expect(ids.ts()).toBe('1800000000.000008');
});
