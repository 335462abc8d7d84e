import { describe, expect, test } from 'vitest';
import { historyOf, looksOf, settings, type Version } from '../../../test/support/looks.ts';
import { calibrate } from './calibrate.ts';
import { conclude } from './conclude.ts';
import { judgeLook } from './judge-look.ts';
import { judgeAtFirst } from './judge-state.ts';
import { surelyMore } from './two-shares.ts';

/** A service that has not failed once in the past that is known. */
const spotless: Version = { errorShare: 0, requests: 200 };
const calibration = calibrate(settings, historyOf(1, spotless));

/** How many errors the new version had when it was taken back, and null if it was not. */
function errorsUntilBack(seed: number, errorShare: number, seconds = 300): number | null {
  const stable = { errorShare: 0, requests: 225 };
  const looks = looksOf({ seed, seconds, canary: { errorShare, requests: 25 }, stable });
  let state = judgeAtFirst(settings, calibration);
  let errors = 0;
  for (const look of looks) {
    state = judgeLook(settings, calibration, state, look);
    errors += look.canary.errors;
    if (conclude(settings, calibration, state).verdict.kind === 'fail') return errors;
  }
  return null;
}

const seeds = Array.from({ length: 60 }, (_, i) => i * 7919 + 3);

describe('where nothing ever failed', () => {
  test('a harmful version is not taken for a tolerable one, though all of the errors are its own with both', () => {
    const counts = seeds.map((seed) => errorsUntilBack(seed, 0.05));
    expect(counts).not.toContain(null);
    expect(Math.max(...counts.map(Number))).toBeLessThanOrEqual(9);
  });

  test('a tolerable difference is still tolerated', () => {
    const counts = seeds.map((seed) => errorsUntilBack(seed, 0.0004, 1800));
    expect(counts.filter((count) => count !== null).length).toBeLessThanOrEqual(1);
  });
});

describe('surely more', () => {
  const some = { hits: 6, of: 110 };
  const none = { hits: 0, of: 990 };

  test('is by how much the difference that there is beats the one that is tolerated', () => {
    // 6 ln(0.0545 / 0.00545) and what the requests without errors say, by hand: about 8 to 9.
    expect(surelyMore(some, none, 0.0005)).toBeGreaterThan(7);
    expect(surelyMore(some, none, 0.05)).toBeLessThan(0.5);
  });

  test('is nothing where there is no more than that, or nothing to compare with', () => {
    expect(surelyMore(some, none, 0.06)).toBe(0);
    expect(surelyMore(some, { hits: 0, of: 0 }, 0.0005)).toBe(0);
    expect(surelyMore({ hits: 6, of: 110 }, { hits: 60, of: 990 }, 0.0005)).toBe(0);
  });
});
