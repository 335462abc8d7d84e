import { expect, test } from 'vitest';
import type { Look, Stretch } from '../../../../src/core/analysis/look.ts';
import { settingsFor } from '../settings.ts';
import { Situation } from '../simulator/world.ts';
import { worldNamed } from '../simulator/worlds.ts';
import { argo } from './argo.ts';
import { rootBetween } from './brent.ts';
import { classify } from './classify.ts';
import type { Judge } from './comparator.ts';
import { cumulative } from './cumulative.ts';
import { flagger } from './flagger.ts';
import { kayenta } from './kayenta.ts';
import { shiftOf } from './mann-whitney.ts';
import { logEvidence, sequential } from './sequential.ts';
import { thresholds } from './thresholds.ts';

const situation = Situation.parse({
  name: 'test',
  lookEverySeconds: 5,
  fault: null,
  stages: [{ trafficPercent: 50, seconds: 600 }],
});
const settings = settingsFor(worldNamed('calm'), situation, false);

/** A thousand requests a look, of which so many fail or are slow; a little other each time, as ranks need it. */
function stretch(errors: number, slow: number, step: number): Stretch {
  const wavering = (step * 7) % 5;
  return {
    requests: 1_000,
    errors: errors + wavering,
    latency: [900 - slow - wavering, 100 + wavering, slow],
    latencyP95Ms: null,
    cpuPercent: 40 + wavering,
    memoryPercent: 50,
    restarts: 0,
    business: {},
    pods: 5,
  };
}

type Numbers = { readonly errors: number; readonly slow: number };
const well: Numbers = { errors: 2, slow: 10 };

/** When a judge wants to go back, in seconds; null: it does not within ten minutes. */
function backAfter(judge: Judge, canary: Numbers, stable: Numbers = well): number | null {
  const history = {
    latencyLimitsMs: [100, 200],
    looks: Array.from({ length: 60 }, (_, step) => ({
      atMs: (step - 60) * 5_000,
      durationMs: 5_000,
      fleet: stretch(well.errors, well.slow, step),
      pods: [],
    })),
  };
  const judging = judge.open({ settings, history });
  for (let step = 1; step <= 120; step += 1) {
    const look: Look = {
      atMs: step * 5_000,
      durationMs: 5_000,
      stage: { index: 0, ageMs: step * 5_000, trafficPercent: 50, isOver: step === 120 },
      canary: stretch(canary.errors, canary.slow, step),
      stable: stretch(stable.errors, stable.slow, step + 1),
    };
    if (judging.look(look).kind === 'back') return step * 5;
  }
  return null;
}

const everybody = [...thresholds, ...argo, flagger, ...kayenta, ...cumulative, sequential];
const named = (judges: readonly Judge[], name: string) =>
  judges.filter((judge) => judge.name === name)[0] ?? flagger;
const relative = everybody.filter(
  (judge) => !['limits +5 %, +20 %', 'limits 0.5 %, 500 ms'].includes(judge.name),
);

test.each(relative)('$name leaves a version alone that is like the old one', (judge) => {
  expect(backAfter(judge, well)).toBeNull();
});

test.each(everybody.filter((judge) => judge.name !== 'Argo, documented example'))(
  '$name sees that a fifth fails',
  (judge) => {
    expect(backAfter(judge, { errors: 200, slow: 10 })).not.toBeNull();
  },
);

test('a plain limit is broken by the first measurement beyond it', () => {
  expect(backAfter(named(thresholds, 'limits +2 pp, +20 %'), { errors: 40, slow: 10 })).toBe(15);
  expect(backAfter(named(thresholds, 'limits +2 pp, +20 %'), { errors: 15, slow: 10 })).toBeNull();
});

test("Argo's third failure is the one too many, and its documented example needs the fourth", () => {
  const [style, documented] = argo;
  expect(backAfter(style ?? flagger, { errors: 30, slow: 10 })).toBe(90);
  expect(backAfter(documented ?? flagger, { errors: 200, slow: 10 })).toBeNull();
});

test("Flagger's fifth failed check is the one too many", () => {
  expect(backAfter(flagger, { errors: 15, slow: 10 })).toBe(300);
  expect(backAfter(flagger, { errors: 5, slow: 10 })).toBeNull();
});

test('Kayenta judges at the end of a stage, or every minute when it peeks', () => {
  expect(backAfter(named(kayenta, 'Kayenta-style'), { errors: 30, slow: 10 })).toBe(600);
  expect(backAfter(named(kayenta, 'Kayenta-style, peeking'), { errors: 30, slow: 10 })).toBe(60);
});

test('sequential tests need no end, and see slower answers too', () => {
  for (const judge of [sequential, ...cumulative]) {
    expect(backAfter(judge, { errors: 30, slow: 10 })).toBeLessThanOrEqual(30);
    expect(backAfter(judge, { errors: 2, slow: 300 })).toBeLessThanOrEqual(90);
  }
});

test.each([
  ['the same values', [10, 20, 30, 40], [10, 20, 30, 40], 'pass'],
  ['the same values in another order', [10, 20, 30, 40], [40, 30, 20, 10], 'pass'],
  [
    'a shift that is far beyond the spread',
    [10, 11, 12, 13, 14, 15, 16, 17, 18, 19],
    [50, 51, 52, 53, 54, 55, 56, 57, 58, 59],
    'high',
  ],
  [
    'the same shift downwards',
    [50, 51, 52, 53, 54, 55, 56, 57, 58, 59],
    [10, 11, 12, 13, 14, 15, 16, 17, 18, 19],
    'low',
  ],
  ['overlapping noise', [10, 20, 30, 40, 50, 60, 70, 80], [12, 18, 33, 41, 48, 62, 69, 81], 'pass'],
  ['constant and higher', [0, 0, 0, 0], [1, 1, 1, 1], 'high'],
  ['constant and the same, of other lengths', [1, 1, 1], [1, 1], 'pass'],
  ['nothing to compare with', [], [1, 2, 3], 'no-data'],
  // Known weaknesses, which are part of the rule (spinnaker/spinnaker#6278, spinnaker/kayenta#426).
  [
    'seven of ten far too high',
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    [1, 2, 3, 100, 101, 102, 103, 104, 105, 106],
    'pass',
  ],
  ['sparse errors beside none', [0, 0, 0, 0, 0, 0], [0, 1, 2, 1, 0, 0], 'pass'],
])('Kayenta calls %s what it should', (_, control, experiment, kind) => {
  expect(classify(control, experiment).kind).toBe(kind);
});

test('an allowed increase lets a small effect pass', () => {
  const control = [100, 101, 102, 103, 104, 105, 106, 107, 108, 109];
  const experiment = control.map((value) => value * 1.2);
  const demand = { tolerance: 0.25, confidence: 0.98, allowedIncrease: 1.5, allowedDecrease: 1 };
  expect(classify(control, experiment).kind).toBe('high');
  expect(classify(control, experiment, demand).kind).toBe('pass');
});

test('the interval of Mann and Whitney is that of R', () => {
  // wilcox.test(x, y, conf.int = TRUE, conf.level = 0.98, exact = FALSE) of the permeability data in ?wilcox.test: 0.305.
  const x = [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46];
  const y = [1.15, 0.88, 0.9, 0.74, 1.21];
  const { estimate } = shiftOf(x, y, 0.98);
  expect(estimate).toBeCloseTo(0.305, 2);
});

test('a root is found where the sign changes', () => {
  expect(rootBetween(0, 4, (x) => x ** 3 - 8)).toBeCloseTo(2, 3);
  expect(rootBetween(-3, 1, (x) => Math.exp(x) - 0.5)).toBeCloseTo(Math.log(0.5), 3);
});

test('the evidence of Lindon and Malek grows with what is uneven and stays at nothing without it', () => {
  const even = logEvidence({ requests: 1_000, errors: 5 }, { requests: 1_000, errors: 5 });
  const uneven = logEvidence({ requests: 1_000, errors: 20 }, { requests: 1_000, errors: 2 });
  expect(even).toBe(0);
  expect(uneven).toBeGreaterThan(Math.log(100));
});
