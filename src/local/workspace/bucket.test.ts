import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openBuckets, perMinute } from './bucket.ts';

test('whatever the pauses, no more is let through than the bucket holds and gains', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 4_000 }), { maxLength: 300 }), (pauses) => {
      const clock = { ms: 0 };
      const buckets = openBuckets(() => clock.ms);
      let taken = 0;
      for (const pause of pauses) {
        clock.ms += pause;
        if (buckets.take([{ key: 'a', rate: perMinute(50) }]) === 0) taken += 1;
        expect(taken).toBeLessThanOrEqual(50 + (clock.ms / 60_000) * 50 + 1e-6);
      }
    }),
  );
});

test('waiting as long as is said is enough', () => {
  const clock = { ms: 0 };
  const buckets = openBuckets(() => clock.ms);
  const take = (): number => buckets.take([{ key: 'a', rate: perMinute(20) }]);
  for (let calls = 0; calls < 20; calls += 1) expect(take()).toBe(0);
  const seconds = take();
  expect(seconds).toBe(3);
  clock.ms += seconds * 1_000;
  expect(take()).toBe(0);
  expect(take()).toBe(3);
});

test('of two buckets, neither is touched when one is empty', () => {
  const buckets = openBuckets(() => 0);
  const channel = { key: 'channel', rate: { capacity: 2, perSecond: 1 } };
  const all = { key: 'all', rate: { capacity: 1, perSecond: 1 } };
  expect(buckets.take([channel, all])).toBe(0);
  expect(buckets.take([channel, all])).toBe(1);
  expect(buckets.take([channel])).toBe(0);
});
