import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { historyOf, looksOf, settings, type Version } from '../../../test/support/looks.ts';
import { calibrate } from './calibrate.ts';
import { conclude } from './conclude.ts';
import { judgeLook } from './judge-look.ts';
import { judgeAtFirst } from './judge-state.ts';
import type { Judgement } from './judgement.ts';
import type { Look, Stretch } from './look.ts';
import { type JudgeSettings, Limit } from './settings.ts';

const usual: Version = { errorShare: 0.002, requests: 60 };
const beside: Version = { ...usual, requests: 540 };
const history = historyOf(1, usual);

type Told = { readonly atSeconds: number; readonly judgement: Judgement };

/** The first judgement of that kind, and when; null when there is none. */
function first(
  looks: readonly Look[],
  is: (judgement: Judgement) => boolean,
  by: JudgeSettings = settings,
): Told | null {
  const calibration = calibrate(by, history);
  let state = judgeAtFirst(by, calibration);
  for (const look of looks) {
    state = judgeLook(by, calibration, state, look);
    const judgement = conclude(by, calibration, state);
    if (is(judgement)) return { atSeconds: (look.atMs - 1_000_000_000) / 1000, judgement };
  }
  return null;
}

const fails = ({ verdict }: Judgement) => verdict.kind === 'fail';
const pauses = ({ isPaused }: Judgement) => isPaused;
const passes = ({ verdict }: Judgement) => verdict.kind === 'pass';

function withEach(
  looks: readonly Look[],
  change: (look: Look, i: number) => { canary?: Partial<Stretch>; stable?: Partial<Stretch> },
) {
  return looks.map((look, i): Look => {
    const { canary = {}, stable = {} } = change(look, i);
    return {
      ...look,
      canary: { ...look.canary, ...canary },
      stable: look.stable && { ...look.stable, ...stable },
    };
  });
}

const healthy = looksOf({ seed: 11, canary: usual, stable: beside });

describe('faults', () => {
  test('five percent of errors are found within half a minute, with the numbers', () => {
    const told = first(looksOf({ seed: 12, canary: { ...usual, errorShare: 0.05 }, stable: beside }), fails)!;
    expect(told.atSeconds).toBeLessThanOrEqual(30);
    expect(told.judgement.verdict.because).toMatch(
      /^the new version answers \d.* % errors, the old one 0\.\d+ %, over \d+ requests; chance of this if they were equal: 1 in/,
    );
    expect(told.judgement.excessErrors).toBeGreaterThan(2);
  });

  test('a slower version is found after it has warmed up', () => {
    const told = first(looksOf({ seed: 13, canary: { ...usual, slowShare: 0.5 }, stable: beside }), fails)!;
    expect(told.atSeconds).toBeGreaterThan(30);
    expect(told.atSeconds).toBeLessThanOrEqual(60);
    expect(told.judgement.verdict.because).toMatch(/^95 % are answered by the new version within/);
  });

  test('a version that answers nearly only errors is taken back without a countdown', () => {
    const told = first(looksOf({ seed: 14, canary: { ...usual, errorShare: 0.95 }, stable: beside }), fails)!;
    expect(told.atSeconds).toBe(10);
    expect(told.judgement.severity).toBe('hard');
  });

  test('what both versions share is no fault of the new one: it waits', () => {
    const ill = { errorShare: 0.3 };
    const looks = looksOf({ seed: 15, canary: { ...usual, ...ill }, stable: { ...beside, ...ill } });
    expect(first(looks, fails)).toBeNull();
    expect(first(looks, pauses)!.judgement.verdict.because).toMatch(/^the old version is ill as well/);
    expect(first(looks, passes)).toBeNull();
  });

  test('slowness that both share is waited out where somebody asks how slow the new one may be, and nowhere else', () => {
    const ill = { slowShare: 0.95 };
    const looks = looksOf({ seed: 15, canary: { ...usual, ...ill }, stable: { ...beside, ...ill } });
    expect(first(looks, pauses)!.judgement.verdict.because).toMatch(/^the old version is ill as well/);
    const unasked = { ...settings, acceptable: { ...settings.acceptable, latencyPercent: null } };
    expect(first(looks, pauses, unasked)).toBeNull();
    expect(first(looks, fails, unasked)).toBeNull();
    expect(first(looks, passes, unasked)).not.toBeNull();
  });

  test('pods that are started again and again are a crash loop', () => {
    const told = first(
      withEach(healthy, (_, i) => ({ canary: { restarts: i % 2 } })),
      fails,
    )!;
    expect(told.judgement.severity).toBe('hard');
  });

  test('memory that grows holds the rollout up, and ends it only when it is full soon', () => {
    const growing = (points: number) =>
      withEach(healthy, (_, i) => ({ canary: { memoryPercent: 50 + points * i } }));
    expect(first(growing(0.15), fails)).toBeNull();
    expect(first(growing(0.15), pauses)).not.toBeNull();
    expect(first(growing(0.6), fails)!.judgement.verdict.because).toMatch(/of its memory/);
  });

  test('memory that fills up within minutes, though nobody knows what is normal, in a stage of one minute', () => {
    const stages = [
      { trafficPercent: 10, durationMs: 60_000 },
      { trafficPercent: 50, durationMs: 60_000 },
    ];
    const by: JudgeSettings = { ...settings, stages, lookEveryMs: 1000, warmUpMs: 5000 };
    const nothing = calibrate(by, { latencyLimitsMs: history.latencyLimitsMs, looks: [] });
    const found = (points: number) => {
      let state = judgeAtFirst(by, nothing);
      const looks = looksOf({ seed: 24, canary: usual, stable: beside, seconds: 60, lookMs: 1000 });
      return looks.findIndex((look, i) => {
        const canary = { ...look.canary, memoryPercent: 30 + points * i };
        state = judgeLook(by, nothing, state, {
          ...look,
          canary,
          stable: { ...look.stable!, memoryPercent: 30 },
        });
        return conclude(by, nothing, state).verdict.because.includes('of its memory');
      });
    };
    expect(found(0.5)).toBeGreaterThan(0);
    expect(found(0.05)).toBe(-1);
  });

  test('memory that is full is said to be, though it grows no more', () => {
    const full = withEach(healthy, () => ({ canary: { memoryPercent: 100 } }));
    expect(first(full, fails)!.judgement.verdict.because).toBe(
      'the new version uses 100 % of its memory, the old one 50 %, and is full',
    );
  });

  test('a version that gets far less than its share of requests is not passed', () => {
    const looks = looksOf({ seed: 16, canary: { ...usual, requests: 6 }, stable: beside }).map(
      (look): Look => ({ ...look, stage: { ...look.stage, trafficPercent: 10 } }),
    );
    expect(first(looks, pauses)!.judgement.verdict.because).toMatch(/requests that are its share$/);
    expect(first(looks, passes)).toBeNull();
  });

  test('fewer orders are harm, more are not', () => {
    const by: JudgeSettings = { ...settings, business: [{ name: 'orders', isBad: 'fewer' }] };
    const orders = (canary: number, stable: number) =>
      withEach(healthy, () => ({
        canary: { business: { orders: { hits: canary, of: 60 } } },
        stable: { business: { orders: { hits: stable, of: 540 } } },
      }));
    expect(first(orders(0, 54), fails, by)!.judgement.verdict.because).toMatch(/^orders is/);
    expect(first(orders(9, 54), fails, by)).toBeNull();
  });
});

describe('where nothing runs beside it', () => {
  test('it is judged against what was usual, later, and as weaker', () => {
    const alone = (errorShare: number) =>
      looksOf({ seed: 17, canary: { ...usual, requests: 600, errorShare }, stable: null });
    const told = first(alone(0.05), fails)!;
    expect(told.atSeconds).toBeGreaterThanOrEqual(45);
    expect(told.judgement.measures.every(({ isWeak }) => isWeak)).toBe(true);
    expect(first(alone(0.002), fails)).toBeNull();
    expect(first(alone(0.002), passes)!.atSeconds).toBe(300);
  });
});

describe('limits', () => {
  const limited = (limit: z.input<typeof Limit>): JudgeSettings => ({
    ...settings,
    limits: [Limit.parse(limit)],
    mayPassEarly: false,
  });
  const errors = limited({ measure: 'errors', against: 'absolute', max: 0.5 });

  test('a limit that is kept for sure passes', () => {
    expect(first(healthy, passes, errors)!.atSeconds).toBe(300);
  });

  test('a limit that can neither be said to be kept nor broken is not passed', () => {
    const near = looksOf({
      seed: 18,
      canary: { ...usual, errorShare: 0.005 },
      stable: { ...beside, errorShare: 0.005 },
    });
    expect(first(near, passes, errors)).toBeNull();
    expect(first(near, fails, errors)).toBeNull();
  });

  test('a limit that the old version breaks as well is not held against the new one', () => {
    const both = looksOf({
      seed: 19,
      canary: { ...usual, errorShare: 0.02 },
      stable: { ...beside, errorShare: 0.02 },
    });
    expect(first(both, fails, errors)).toBeNull();
    expect(first(both, pauses, errors)).not.toBeNull();
  });

  test.each([
    [{ measure: 'latency-p95', against: 'absolute', max: 500 }, { slowShare: 0.2 }],
    [{ measure: 'errors', against: 'over-stable', max: 2 }, { errorShare: 0.06 }],
  ] as const)('%o is broken by %o', (limit, fault) => {
    const broken = looksOf({ seed: 20, canary: { ...usual, ...fault }, stable: beside });
    const last = first(
      broken,
      (judgement) => (judgement.measures.at(-1)?.onceIn ?? 0) > 1000,
      limited(limit),
    )!;
    expect(last.judgement.measures.at(-1)!.verdict).toMatchObject({ kind: 'fail' });
    expect(first(healthy, passes, limited(limit))!.atSeconds).toBe(300);
  });

  test('what broke a limit just now is not passed, though it was kept until half a minute ago', () => {
    const by = limited({ measure: 'memory', against: 'absolute', max: 90 });
    const looks = looksOf({ seed: 25, canary: usual, stable: beside, seconds: 310 });
    const late = (memoryPercent: number) =>
      withEach(looks, (_, i) => (i < looks.length - 2 ? {} : { canary: { memoryPercent } }));
    expect(first(late(95), passes, by)).toBeNull();
    expect(first(late(85), passes, by)).not.toBeNull();
  });

  test('a processor that is busier than it may be', () => {
    const by = limited({ measure: 'cpu', against: 'absolute', max: 70 });
    expect(
      first(
        withEach(healthy, () => ({ canary: { cpuPercent: 95 } })),
        fails,
        by,
      ),
    ).not.toBeNull();
    expect(
      first(
        withEach(healthy, () => ({ canary: { cpuPercent: 45 }, stable: { cpuPercent: 45 } })),
        passes,
        by,
      ),
    ).not.toBeNull();
  });
});

describe('what is no fault', () => {
  test('what is only expected is not said to have been answered by the old version', () => {
    const alone = looksOf({ seed: 26, canary: beside, stable: null });
    const { judgement } = first(alone, passes)!;
    expect(judgement.verdict.because).toMatch(/errors, usual are about 0\.\d+ %/);
    expect(judgement.verdict.because).not.toContain('the old one');
    expect(first(healthy, passes)!.judgement.verdict.because).toContain(', the old one 0');
  });

  test('a processor that is busier with all of the traffic, where nothing runs beside it', () => {
    const busier = { canary: { cpuPercent: 70 } };
    const alone = looksOf({ seed: 23, canary: beside, stable: null, seconds: 600 });
    expect(
      first(
        withEach(alone, () => busier),
        fails,
      ),
    ).toBeNull();
    const split = looksOf({ seed: 23, canary: usual, stable: beside });
    const told = first(
      withEach(split, () => busier),
      fails,
    );
    expect(told?.judgement.verdict.because).toMatch(/of its cpu/);
  });

  test('errors of an old version that came in clumps, and of the new one that come one by one', () => {
    const clumped: typeof history = {
      ...history,
      looks: history.looks.map((look, i) => {
        const errors = i % 20 === 0 ? 40 : 0;
        return { ...look, fleet: { ...look.fleet, errors }, pods: [] };
      }),
    };
    const calibration = calibrate(settings, clumped);
    let state = judgeAtFirst(settings, calibration);
    for (const look of healthy) state = judgeLook(settings, calibration, state, look);
    expect(state.errors.evidence.value).toBeLessThan(2);
  });
});

describe('what is known before', () => {
  test('without a history it is weak and takes more evidence', () => {
    const nothing = calibrate(settings, { latencyLimitsMs: history.latencyLimitsMs, looks: [] });
    expect(nothing).toMatchObject({ isWeak: true, because: 'there is no history' });
    const known = calibrate(settings, history).caution;
    expect(nothing.caution.errors).toBeGreaterThan(known.errors);
    expect(nothing.caution.latency).toBeGreaterThan(known.latency);
  });

  test('the longer one has looked, the less caution is left', () => {
    const cautionAfter = (looks: number) =>
      calibrate(settings, { ...history, looks: history.looks.slice(0, looks) }).caution.latency;
    expect(cautionAfter(6)).toBeLessThan(cautionAfter(0));
    expect(cautionAfter(30)).toBeLessThan(cautionAfter(6));
  });

  test('pods that cannot be told apart leave it weak', () => {
    const fleetOnly = { ...history, looks: history.looks.map((look) => ({ ...look, pods: [] })) };
    expect(calibrate(settings, fleetOnly).because).toMatch(/^its pods cannot be told apart/);
  });

  test('readings of the history that are nonsense are left out', () => {
    const [look, ...others] = history.looks;
    const broken = { ...look!, fleet: { ...look!.fleet, errors: Number.NaN } };
    const { errors } = calibrate(settings, { ...history, looks: [broken, ...others] });
    expect(errors.of).toBe(others.reduce((sum, { fleet }) => sum + fleet.requests, 0));
  });
});
