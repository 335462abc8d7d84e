import { expect, test } from 'vitest';
import type { Course } from './course.ts';
import { tallyOf } from './tally.ts';
import { shareOf } from './wilson.ts';

function course(backAfterMs: number | null, faultErrors = 0): Course {
  return {
    judge: 'somebody',
    back:
      backAfterMs === null
        ? null
        : { because: 'errors', sinceStartMs: 1_000, sinceOnsetMs: backAfterMs, hadControl: true },
    faultErrors,
    slowed: 0,
    splitMs: null,
    passedEarly: 0,
    passedEarlyWhileIll: 0,
    unsureEnds: 0,
    wasPaused: false,
  };
}

test('what was never found is a miss, and takes for ever', () => {
  const tally = tallyOf('somebody', [course(10_000), course(20_000), course(null)], false);
  expect(tally.misses).toMatchObject({ hits: 1, of: 3 });
  expect(tally.delaySeconds).toEqual({ median: 20, p95: Number.POSITIVE_INFINITY });
});

test('who wanted to go back before there was a fault found nothing', () => {
  const tally = tallyOf('somebody', [course(-5_000), course(20_000)], false);
  expect(tally.misses).toMatchObject({ hits: 0, of: 1 });
  expect(tally.delaySeconds.median).toBe(20);
  expect(tally.backs.hits).toBe(2);
});

test('failed requests are counted at the median and at the worst of twenty', () => {
  const courses = Array.from({ length: 100 }, (_, index) => course(5_000, index + 1));
  expect(tallyOf('somebody', courses, false).faultErrors).toEqual({ median: 50, p95: 95 });
});

test('the interval of a share is that of Wilson', () => {
  const { low, high } = shareOf(10, 1_000);
  expect(low).toBeCloseTo(0.00545, 4);
  expect(high).toBeCloseTo(0.01831, 4);
  expect(shareOf(0, 100).high).toBeCloseTo(0.037, 3);
});
