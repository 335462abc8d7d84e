import { expect, test } from 'vitest';
import { type Dice, diceFrom } from './dice.ts';
import { logFactorial, logGamma } from './log-factorial.ts';
import { normalBelow, normalQuantile } from './normal.ts';

const THROWS = 40_000;

function momentsOf(thrown: (dice: Dice) => number): { mean: number; variance: number } {
  const dice = diceFrom(11, 'test');
  const values = Array.from({ length: THROWS }, () => thrown(dice));
  const mean = values.reduce((sum, value) => sum + value, 0) / THROWS;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / THROWS;
  return { mean, variance };
}

test.each([
  ['uniform', (dice: Dice) => dice.uniform(), 0.5, 1 / 12],
  ['normal', (dice: Dice) => dice.normal(), 0, 1],
  ['exponential', (dice: Dice) => dice.exponential(), 1, 1],
  ['gamma of 0.3', (dice: Dice) => dice.gamma(0.3), 0.3, 0.3],
  ['gamma of 5', (dice: Dice) => dice.gamma(5), 5, 5],
  ['few events', (dice: Dice) => dice.poisson(3), 3, 3],
  ['many events', (dice: Dice) => dice.poisson(200), 200, 200],
  ['few of many', (dice: Dice) => dice.binomial(1_000, 0.003), 3, 2.991],
  ['half', (dice: Dice) => dice.binomial(400, 0.5), 200, 100],
  ['most', (dice: Dice) => dice.binomial(1_000, 0.97), 970, 29.1],
])('%s has the mean and the variance that it should', (_, thrown, mean, variance) => {
  const found = momentsOf(thrown);
  const error = Math.sqrt(variance / THROWS);
  expect(Math.abs(found.mean - mean)).toBeLessThan(5 * error);
  expect(found.variance / variance).toBeGreaterThan(0.9);
  expect(found.variance / variance).toBeLessThan(1.1);
});

test('nothing and everything are certain', () => {
  const dice = diceFrom(1, 'test');
  expect([dice.binomial(0, 0.5), dice.binomial(9, 0), dice.binomial(9, 1), dice.poisson(0)]).toEqual([
    0, 0, 9, 0,
  ]);
});

test('streams of other names have nothing in common', () => {
  const throwsOf = (name: string) => {
    const dice = diceFrom(1, name);
    return [dice.uniform(), dice.uniform(), dice.uniform()];
  };
  expect(throwsOf('canary')).toEqual(throwsOf('canary'));
  expect(throwsOf('canary')).not.toEqual(throwsOf('stable'));
});

test('factorials, the gamma function and the normal distribution are what tables say', () => {
  expect(logFactorial(10)).toBeCloseTo(Math.log(3_628_800), 10);
  expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.sqrt(Math.PI)), 8);
  expect(logGamma(301) - logFactorial(300)).toBeCloseTo(0, 6);
  expect(normalBelow(1.96)).toBeCloseTo(0.975, 4);
  expect(normalBelow(-3)).toBeCloseTo(0.00135, 5);
  expect(normalQuantile(0.975)).toBeCloseTo(1.95996, 4);
});
