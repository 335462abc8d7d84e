import { describe, expect, test } from 'vitest';
import { historyOf, settings } from '../../../test/support/looks.ts';
import { calibrate } from './calibrate.ts';
import { lnGamma, lnRise } from './gamma.ts';
import { quantileOfFew, scoreOf, shareBelow } from './normal.ts';
import { falseAlarmsOf, type Traffic } from './plain-rule.ts';
import { Limit } from './settings.ts';

const traffic: Traffic = {
  requestsPerSecond: 20,
  trafficPercent: 5,
  errorPercent: 0.1,
  latency: null,
  lookEveryMs: 15_000,
  durationMs: 900_000,
};
const errors = (max: number, against: Limit['against'] = 'absolute') =>
  Limit.parse({
    measure: 'errors',
    against,
    max,
  });
const percent = (limit: Limit, of: Traffic = traffic) => falseAlarmsOf([limit], of)[0]!.percent;

describe('how often a plain threshold alarms for nothing', () => {
  test('more than one error of 300 requests, sixty times: as the binomial distribution has it', () => {
    // By hand: P(X > 1) = 1 - 0.999^300 - 300 x 0.001 x 0.999^299.
    const once = 1 - 0.999 ** 300 - 300 * 0.001 * 0.999 ** 299;
    expect(percent(errors(0.5))).toBeCloseTo(100 * (1 - (1 - once) ** 60), 6);
    expect(percent(errors(0.5))).toBeGreaterThan(85);
  });

  test('more traffic makes it rarer, a lower limit more frequent', () => {
    expect(percent(errors(0.5), { ...traffic, requestsPerSecond: 2000 })).toBeLessThan(0.001);
    expect(percent(errors(0.2))!).toBeGreaterThan(percent(errors(0.5))!);
  });

  test('against the old version both count', () => {
    expect(percent(errors(0.5, 'over-stable'))!).toBeLessThanOrEqual(percent(errors(0.5))!);
    expect(percent(errors(0.5, 'over-stable'))!).toBeGreaterThan(20);
  });

  test('of latency it needs to know the histogram, of use it says nothing', () => {
    const { latency } = calibrate(settings, historyOf(3, { errorShare: 0.001, requests: 60 }));
    const p95 = (max: number) => Limit.parse({ measure: 'latency-p95', against: 'absolute', max });
    expect(percent(p95(240))).toBeNull();
    expect(percent(p95(200), { ...traffic, latency })).toBeGreaterThan(99);
    expect(percent(p95(900), { ...traffic, latency })).toBeLessThan(1);
    expect(percent(Limit.parse({ measure: 'cpu', against: 'absolute', max: 70 }))).toBeNull();
  });
});

describe('numbers from tables', () => {
  test.each([
    [0, 0.5],
    [1.6448536, 0.95],
    [-2.3263479, 0.01],
    [3.5, 0.9997674],
  ])('the normal distribution at %d', (score, share) => {
    expect(shareBelow(score)).toBeCloseTo(share, 6);
    expect(scoreOf(share)).toBeCloseTo(score, 3);
  });

  test("Student's distribution with ten degrees of freedom", () => {
    expect(quantileOfFew(0.975)).toBeCloseTo(2.228, 2);
    expect(quantileOfFew(0.995)).toBeCloseTo(3.169, 1);
  });

  test('factorials and rising products', () => {
    expect(lnGamma(11)).toBeCloseTo(Math.log(3_628_800), 8);
    expect(lnRise(2.5, 3)).toBeCloseTo(Math.log(2.5 * 3.5 * 4.5), 8);
    expect(lnRise(2.5, 40)).toBeCloseTo(lnGamma(42.5) - lnGamma(2.5), 8);
  });
});
