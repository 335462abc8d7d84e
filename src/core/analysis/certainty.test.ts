import { expect, test } from 'vitest';
import { historyOf, settings } from '../../../test/support/looks.ts';
import { calibrate } from './calibrate.ts';
import { certaintyOfErrors } from './certainty.ts';
import { judgeAtFirst } from './judge-state.ts';
import { rulesOf } from './rules.ts';

const calibration = calibrate(settings, historyOf(1, { errorShare: 0.001, requests: 60 }));
const rules = rulesOf(settings, calibration);

/** How sure it is that there is not a point more of errors: errors of requests of the new version, and of the old one. */
function certainty(canary: readonly [number, number], stable: readonly [number, number]): number {
  const state = judgeAtFirst(settings, calibration);
  const counted = ([errors, requests]: readonly [number, number]) => ({ errors, requests });
  const stage = { ...state.stage, hasControl: true, canary: counted(canary), stable: counted(stable) };
  return certaintyOfErrors(rules, { ...state, stage }, 0.01);
}

test('errors of the old version say nothing about what the new one may have', () => {
  // Without the old one's errors 337 requests with one error are e^1.7 to 1 against a point more, and e^2 with none.
  expect(certainty([1, 337], [2, 966])).toBeLessThan(2);
  expect(certainty([1, 337], [2, 966])).toBeGreaterThan(0);
  expect(certainty([0, 100], [5, 2000])).toBeLessThan(1);
});

test('many requests with as few errors as the old one has are certain', () => {
  expect(certainty([2, 2000], [20, 20_000])).toBeGreaterThan(5);
});

test('as many errors more are no certainty that there are none', () => {
  expect(certainty([22, 2000], [20, 20_000])).toBeLessThan(0);
});
