import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { historyOf, looksOf, settings, type Version } from '../../../test/support/looks.ts';
import { calibrate } from './calibrate.ts';
import { Calibration } from './calibration.ts';
import { conclude } from './conclude.ts';
import { judgeLook } from './judge-look.ts';
import { JudgeState, judgeAtFirst, shortened } from './judge-state.ts';
import type { Judgement } from './judgement.ts';
import type { Look } from './look.ts';
import type { JudgeSettings } from './settings.ts';

const usual: Version = { errorShare: 0.002, requests: 60 };
const calibration = calibrate(settings, historyOf(1, usual));
const seeds = fc.integer({ min: 1, max: 1e9 });

function judged(looks: readonly Look[], by: JudgeSettings = settings, known = calibration) {
  let state = judgeAtFirst(by, known);
  const judgements: Judgement[] = [];
  for (const look of looks) {
    state = judgeLook(by, known, state, look);
    judgements.push(conclude(by, known, state));
  }
  return { state, judgements };
}

function said({ verdict, isPaused }: Judgement): string {
  return `${isPaused ? 'paused ' : ''}${verdict.kind}: ${verdict.because}`;
}

const healthy = (seed: number) => looksOf({ seed, canary: usual, stable: { ...usual, requests: 540 } });
const ill = (seed: number, errorShare: number) =>
  looksOf({ seed, canary: { ...usual, errorShare }, stable: { ...usual, requests: 540 } });

describe('what is passed', () => {
  test('a healthy version passes, and says with which numbers', () => {
    const last = judged(healthy(5)).judgements.at(-1)!;
    expect(said(last)).toMatch(
      /^pass: the new version answers 0\.\d+ % errors, the old one 0\.\d+ %, over 3,600/,
    );
  });

  test('nothing passes while the new version is far beyond what is acceptable', () => {
    fc.assert(
      fc.property(seeds, fc.double({ min: 0.035, max: 0.9, noNaN: true }), (seed, errorShare) => {
        const kinds = judged(ill(seed, errorShare)).judgements.map(({ verdict }) => verdict.kind);
        expect(kinds).not.toContain('pass');
        expect(kinds).toContain('fail');
      }),
      { numRuns: 60 },
    );
  });

  test('nothing passes with fewer requests than it takes', () => {
    const few = looksOf({ seed: 3, canary: { ...usual, requests: 1 }, stable: { ...usual, requests: 9 } });
    const { judgements } = judged(few);
    expect(judgements.map(({ verdict }) => verdict.kind)).not.toContain('pass');
    expect(said(judgements.at(-1)!)).toBe(
      'unknown: the new version has had 60 requests of the 100 that it takes to judge',
    );
  });

  test('nothing passes when what is not acceptable cannot be ruled out, though nothing went wrong', () => {
    const few = looksOf({
      seed: 3,
      canary: { errorShare: 0, requests: 2 },
      stable: { errorShare: 0, requests: 18 },
    });
    expect(said(judged(few).judgements.at(-1)!)).toMatch(
      /^unknown: 120 requests are too few to rule out 1 points more errors \(it takes about \d+\)$/,
    );
  });

  test('nothing passes when half of the time was not read', () => {
    const looks = healthy(4).filter((_, i) => i > 40);
    expect(said(judged(looks).judgements.at(-1)!)).toBe('unknown: only 32 % of the time was read');
  });

  test('what was measured before and is not any more keeps a stage from passing', () => {
    const looks = healthy(6).map((look, i) =>
      i < 40 ? look : { ...look, canary: { ...look.canary, cpuPercent: null, latency: null } },
    );
    expect(said(judged(looks).judgements.at(-1)!)).toBe(
      'unknown: latency and cpu were measured before and are not any more',
    );
  });
});

const nonsense: [string, (look: Look) => Look][] = [
  ['not a number', (look) => ({ ...look, canary: { ...look.canary, requests: Number.NaN } })],
  ['negative', (look) => ({ ...look, canary: { ...look.canary, errors: -1 } })],
  ['more errors than requests', (look) => ({ ...look, canary: { ...look.canary, errors: 61 } })],
  ['5 buckets instead of 6', (look) => ({ ...look, canary: { ...look.canary, latency: [60, 0, 0, 0, 0] } })],
  ['counts 100 requests', (look) => ({ ...look, canary: { ...look.canary, latency: [100, 0, 0, 0, 0, 0] } })],
  ['the old version are negative', (look) => ({ ...look, stable: { ...look.stable!, requests: -5 } })],
  ['covers no time', (look) => ({ ...look, durationMs: 0 })],
  ['not newer', (look) => ({ ...look, atMs: look.atMs - 600_000 })],
  [
    'happened more often than it could',
    (look) => ({ ...look, canary: { ...look.canary, business: { orders: { hits: 3, of: 2 } } } }),
  ],
];

describe('what cannot be believed', () => {
  test.each(nonsense)('%s: adds no evidence, is said by name, and never passes', (name, broken) => {
    const looks = healthy(7);
    const before = judged(looks.slice(0, -1)).state;
    const after = judgeLook(settings, calibration, before, broken(looks.at(-1)!));
    expect({ ...after, trouble: null }).toEqual(before);
    expect(said(conclude(settings, calibration, after))).toMatch(
      new RegExp(`^unknown: .*${name}.*says nothing$`),
    );
  });

  test('no series with nonsense at its end passes', () => {
    const broken = fc.constantFrom(...nonsense.map(([, spoil]) => spoil));
    fc.assert(
      fc.property(seeds, broken, fc.integer({ min: 1, max: 60 }), (seed, spoil, from) => {
        const { judgements } = judged(healthy(seed).map((look, i) => (i < from ? look : spoil(look))));
        expect(judgements.slice(from).map(({ verdict }) => verdict.kind)).not.toContain('pass');
      }),
      { numRuns: 40 },
    );
  });
});

describe('what is remembered', () => {
  test('a judge that is read back from its journal goes on exactly as it would have', () => {
    fc.assert(
      fc.property(seeds, fc.constantFrom(0.002, 0.01, 0.03), (seed, errorShare) => {
        const known = Calibration.parse(JSON.parse(JSON.stringify(calibration)));
        let kept = judgeAtFirst(settings, calibration);
        let read = judgeAtFirst(settings, known);
        for (const look of ill(seed, errorShare)) {
          kept = judgeLook(settings, calibration, kept, look);
          read = JudgeState.parse(JSON.parse(JSON.stringify(judgeLook(settings, known, read, look))));
          expect(conclude(settings, known, read)).toEqual(conclude(settings, calibration, kept));
        }
      }),
      { numRuns: 20 },
    );
  });

  test('in six digits it takes less than 3 KB and concludes the same', () => {
    fc.assert(
      fc.property(seeds, fc.constantFrom(0.002, 0.02), (seed, errorShare) => {
        let whole = judgeAtFirst(settings, calibration);
        let short = whole;
        for (const look of ill(seed, errorShare)) {
          whole = judgeLook(settings, calibration, whole, look);
          short = shortened(judgeLook(settings, calibration, short, look));
          expect(JSON.stringify(short).length).toBeLessThan(3000);
        }
        expect(conclude(settings, calibration, short).verdict.kind).toBe(
          conclude(settings, calibration, whole).verdict.kind,
        );
        expect(short.total / whole.total).toBeCloseTo(1, 3);
      }),
      { numRuns: 20 },
    );
  });

  test('after 100,000 looks it is as small as after 100', () => {
    const looks = healthy(8);
    let state = judgeAtFirst(settings, calibration);
    let at100 = 0;
    for (let i = 0; i < 100_000; i += 1) {
      const look = looks[i % looks.length]!;
      const atMs = 1_000_000_000 + (i + 1) * 5000;
      state = judgeLook(settings, calibration, state, {
        ...look,
        atMs,
        stage: { ...look.stage, ageMs: (i + 1) * 5000, isOver: false },
      });
      if (i === 99) at100 = JSON.stringify(shortened(state)).length;
    }
    expect(JSON.stringify(shortened(state)).length).toBeLessThan(1.2 * at100);
  });

  test('nothing that was handed in is changed', () => {
    const state = deeplyFrozen(judgeAtFirst(settings, calibration));
    const [first, second] = healthy(9).map(deeplyFrozen);
    const next = deeplyFrozen(judgeLook(settings, calibration, state, first!));
    expect(() => judgeLook(settings, calibration, next, second!)).not.toThrow();
  });
});

function deeplyFrozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const part of Object.values(value)) deeplyFrozen(part);
    Object.freeze(value);
  }
  return value;
}

/** How long it took, at the median of so many rollouts, until a version with two points more errors was taken back. */
function medianSecondsUntilBack(lookMs: number, rollouts: number): number {
  const perLook = lookMs / 1000;
  const by = { ...settings, lookEveryMs: lookMs };
  const seconds = Array.from({ length: rollouts }, (_, i) => {
    const looks = looksOf({
      seed: i * 7919 + 1,
      lookMs,
      canary: { errorShare: 0.022, requests: 20 * perLook },
      stable: { errorShare: 0.002, requests: 180 * perLook },
    });
    const { judgements } = judged(looks, by);
    return perLook * (1 + judgements.findIndex(({ verdict }) => verdict.kind === 'fail'));
  });
  return seconds.toSorted((a, b) => a - b)[rollouts / 2]!;
}

test('who looks every second sees it as soon as who looks every five, where an error comes every other second', () => {
  expect(medianSecondsUntilBack(1000, 60)).toBeLessThanOrEqual(medianSecondsUntilBack(5000, 60) + 3);
});

describe('false alarms', () => {
  /** How many of so many healthy rollouts would have been taken back at some look. */
  function alarms(lookMs: number, rollouts: number, by: JudgeSettings): number {
    const perLook = lookMs / 1000;
    const known = calibrate(by, historyOf(2, usual));
    let count = 0;
    for (let seed = 1; seed <= rollouts; seed += 1) {
      const looks = looksOf({
        seed: seed * 7919,
        lookMs,
        canary: { errorShare: 0.02, requests: 8 * perLook },
        stable: { errorShare: 0.02, requests: 32 * perLook },
      });
      if (judged(looks, by, known).judgements.some(({ verdict }) => verdict.kind === 'fail')) count += 1;
    }
    return count;
  }

  // Ten of a hundred are allowed, so that as few rollouts as these can tell; 400 at 10 % are above 58 once in 1,000 times.
  test.each([1000, 5000, 15_000])(
    'looking every %i ms keeps them below what is allowed',
    (lookMs) => {
      const by = { ...settings, falseAlarmPercent: 10, lookEveryMs: lookMs };
      expect(alarms(lookMs, 400, by)).toBeLessThan(58);
    },
    60_000,
  );
});
