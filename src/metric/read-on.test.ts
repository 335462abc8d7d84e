import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Asked, Cursor, Reading } from './metric.ts';
import { type Counted, readOn } from './read-on.ts';
import { type ArmTotals, NO_USE, type Totals, totalsOf } from './totals.ts';

const LIMITS_MS = [100, 1_000];

const version = { name: 'v2', commit: null };
const arms = {
  canary: { releaseId: 'r-2', version, trafficPercent: 10 },
  stable: { releaseId: 'r-1', version: { name: 'v1', commit: null }, trafficPercent: 90 },
};

type Step = { readonly atMs?: number; readonly nowMs?: number; readonly read: Partial<Counted> };

/** Reads one after the other, every ten seconds, as an engine does. */
function readAll(steps: readonly Step[], asked: Pick<Asked, 'canary' | 'stable'> = arms) {
  let cursor: Cursor = null;
  const stretches: Reading[] = [];
  const gaps: string[] = [];
  steps.forEach(({ nowMs, read }, index) => {
    const both = { latencyLimitsMs: LIMITS_MS, canary: null, stable: null, ...read };
    // What is remembered goes through a journal.
    const before = JSON.parse(JSON.stringify(cursor)) as Cursor;
    const readings = readOn({ ...asked, nowMs: nowMs ?? timeOf(index) }, before, both);
    cursor = readings.cursor;
    stretches.push(...readings.stretches);
    gaps.push(...readings.gaps);
  });
  return { stretches, gaps, cursor };
}

function timeOf(index: number): number {
  return 1_000_000 + index * 10_000;
}

function arm(index: number, pods: Record<string, Totals>, atMs = timeOf(index)): ArmTotals {
  return { atMs, pods: new Map(Object.entries(pods)), use: NO_USE };
}

const calm = (index: number) => arm(index, { s: totalsOf({ requests: 900 * index, errors: index }) });
const canaryAt = (index: number, pods: Record<string, Totals>): Step => ({
  read: { canary: arm(index, pods), stable: calm(index) },
});
const counted = (requests: number, errors = 0, more: Partial<Totals> = {}) =>
  totalsOf({ requests, errors, ...more });

test('the first reading is a beginning, and every later one is a difference', () => {
  const { stretches, gaps } = readAll([
    canaryAt(0, { a: counted(1_000, 10, { latency: [500, 900, 1_000] }) }),
    canaryAt(1, { a: counted(1_100, 12, { latency: [560, 990, 1_100] }) }),
  ]);
  expect(gaps).toEqual([]);
  expect(stretches).toEqual([
    expect.objectContaining({
      atMs: timeOf(1),
      durationMs: 10_000,
      latencyLimitsMs: LIMITS_MS,
      canary: expect.objectContaining({ requests: 100, errors: 2, latency: [60, 30, 10], pods: 1 }),
      stable: expect.objectContaining({ requests: 900, errors: 1, latency: null }),
    }),
  ]);
});

test('a pod that began anew is a gap by name, and counts from where it is now', () => {
  const { stretches, gaps } = readAll([
    canaryAt(0, { a: counted(1_000), b: counted(500) }),
    canaryAt(1, { a: counted(40), b: counted(550) }),
    canaryAt(2, { a: counted(140), b: counted(600) }),
  ]);
  expect(gaps).toEqual(['canary: pod a began to count anew']);
  expect(stretches.map(({ canary }) => canary.requests)).toEqual([50, 150]);
});

test('a sum of pods does not hide that one of them began anew', () => {
  const { stretches, gaps } = readAll([
    canaryAt(0, { a: counted(1_000, 100), b: counted(0) }),
    canaryAt(1, { a: counted(10), b: counted(2_000, 200) }),
  ]);
  expect(gaps).toEqual(['canary: pod a began to count anew']);
  expect(stretches[0]?.canary).toMatchObject({ requests: 2_000, errors: 200, pods: 1 });
});

test('where every pod began anew there is no stretch, unless it is known how often', () => {
  const began = [canaryAt(0, { a: counted(900) }), canaryAt(1, { a: counted(3) })];
  expect(readAll(began)).toMatchObject({ stretches: [], gaps: ['canary: pod a began to count anew'] });
  const { stretches, gaps } = readAll([
    canaryAt(0, { a: counted(900, 0, { restarts: 1 }) }),
    canaryAt(1, { a: counted(3, 0, { restarts: 3 }) }),
  ]);
  expect(gaps).toEqual(['canary: pod a began to count anew']);
  expect(stretches[0]?.canary).toMatchObject({ restarts: 2, requests: 0, errors: 0 });
});

test('a process that began anew and has counted more than before is seen by when it began', () => {
  const { stretches, gaps } = readAll([
    canaryAt(0, { a: counted(10, 0, { beganAtMs: 500_000 }) }),
    canaryAt(1, { a: counted(40, 0, { beganAtMs: timeOf(0) + 2_000 }) }),
  ]);
  expect(stretches).toEqual([]);
  expect(gaps).toEqual(['canary: pod a began to count anew']);
});

test('the first totals of a new pod are its beginning, unless it surely began within the stretch', () => {
  const old = { a: counted(10) };
  const unsure = readAll([canaryAt(0, old), canaryAt(1, { a: counted(20), b: counted(7_000) })]);
  expect(unsure.stretches[0]?.canary).toMatchObject({ requests: 10, pods: 1 });
  const earlier = { beganAtMs: timeOf(0) - 1 };
  const before = readAll([canaryAt(0, old), canaryAt(1, { a: counted(20), b: counted(7_000, 0, earlier) })]);
  expect(before.stretches[0]?.canary).toMatchObject({ requests: 10, pods: 1 });
  const within = { beganAtMs: timeOf(0) + 1, latency: [3, 4, 5] };
  const sure = readAll([canaryAt(0, old), canaryAt(1, { a: counted(20), b: counted(5, 1, within) })]);
  expect(sure.stretches[0]?.canary).toMatchObject({ requests: 15, errors: 1, pods: 2, latency: [3, 1, 1] });
});

test('what a pod did before it went is missing, and said', () => {
  const { stretches, gaps } = readAll([
    canaryAt(0, { a: counted(10), b: counted(10) }),
    canaryAt(1, { a: counted(20) }),
  ]);
  expect(gaps).toEqual(['canary: pod b is gone']);
  expect(stretches[0]?.canary).toMatchObject({ requests: 10, pods: 1 });
});

test.each([
  ['NaN', counted(Number.NaN), 'answers NaN'],
  ['infinity', counted(Number.POSITIVE_INFINITY), 'answers infinity'],
  ['a negative count', counted(-1), 'answers a negative count'],
  ['more errors than requests', counted(30, 31), 'answers more errors than requests'],
  ['more new errors than new requests', counted(30, 25), 'counted more errors than requests'],
])('%s is a gap by name, and never a number', (_, now, why) => {
  const { stretches, gaps } = readAll([canaryAt(0, { a: counted(20) }), canaryAt(1, { a: now })]);
  expect(stretches).toEqual([]);
  expect(gaps).toEqual([`canary: pod a ${why}`]);
});

test('what nobody can have counted is not compared with what comes after it', () => {
  const wrong = [counted(-50), counted(Number.NaN), counted(30, 31)];
  for (const first of wrong) {
    const { stretches } = readAll([
      canaryAt(0, { a: first, b: counted(0) }),
      canaryAt(1, { a: counted(20), b: counted(1) }),
      canaryAt(2, { a: counted(25), b: counted(2) }),
    ]);
    expect(stretches.map(({ canary }) => canary.requests)).toEqual([1, 6]);
  }
});

test('a pod that was started again has counted anew, however much it counts by now', () => {
  const again = (index: number, requests: number, restarts: number, beganAtMs: number | null = null) =>
    canaryAt(index, { a: counted(requests, 2, { restarts, beganAtMs }) });
  const { stretches, gaps } = readAll([again(0, 40, 0), again(1, 60, 1), again(2, 90, 1)]);
  expect(gaps).toEqual(['canary: pod a began to count anew']);
  expect(stretches.map(({ canary }) => [canary.requests, canary.errors, canary.restarts])).toEqual([
    [0, 0, 1],
    [30, 0, 0],
  ]);
  // Of something beside it in the same pod, where the one that counts says that it has gone on.
  const beside = readAll([again(0, 40, 0, 1_000), again(1, 60, 1, 1_000)]);
  expect(beside.stretches[0]?.canary).toMatchObject({ requests: 20, restarts: 1 });
});

test('buckets that do not add up cost the latency and nothing else', () => {
  const { stretches, gaps } = readAll([
    canaryAt(0, { a: counted(20, 0, { latency: [10, 15, 20] }) }),
    canaryAt(1, { a: counted(30, 0, { latency: [20, 18, 30] }) }),
  ]);
  expect(gaps).toEqual(['canary: pod a answers buckets of latency that do not add up']);
  expect(stretches[0]?.canary).toMatchObject({ requests: 10, latency: null });
});

test('limits a thousandfold are a unit that changed, and no latency is compared across it', () => {
  const latency = (counts: number[]) => ({ a: counted(counts[2] ?? 0, 0, { latency: counts }) });
  const jumped = { ...canaryAt(1, latency([0, 0, 30])).read, latencyLimitsMs: [0.1, 1] };
  const { stretches, gaps } = readAll([canaryAt(0, latency([10, 15, 20])), { read: jumped }]);
  expect(gaps).toEqual([expect.stringContaining('began to count anew')]);
  expect(stretches).toEqual([]);
  const higher = { ...canaryAt(1, latency([11, 16, 30])).read, latencyLimitsMs: [0.1, 1] };
  const other = readAll([canaryAt(0, latency([10, 15, 20])), { read: higher }]);
  expect(other.gaps).toEqual([expect.stringContaining('thousandfold')]);
  expect(other.stretches[0]).toMatchObject({ latencyLimitsMs: [], canary: { requests: 10, latency: null } });
});

test('numbers from the future, old ones and ones without a time are no numbers, and nothing is forgotten', () => {
  const at = (index: number, atMs: number): Step => ({
    read: { canary: arm(index, { a: counted(10 * index) }, atMs), stable: calm(index) },
  });
  const { stretches, gaps } = readAll([
    at(0, timeOf(0)),
    at(1, timeOf(1) + 6_000),
    at(2, timeOf(2) - 61_000),
    at(3, Number.NaN),
    at(4, timeOf(4)),
  ]);
  expect(gaps).toEqual([
    'canary: its numbers are from 6 s in the future',
    'canary: its newest numbers are 61 s old',
    'canary: its numbers do not say when they were read',
  ]);
  expect(stretches.map(({ durationMs, canary }) => [durationMs, canary.requests])).toEqual([[40_000, 40]]);
});

test('while time stands still for one of them nothing is said, and then everything at once', () => {
  const { stretches, gaps } = readAll([
    canaryAt(0, { a: counted(0) }),
    { read: { canary: arm(1, { a: counted(10) }), stable: { ...calm(0) } } },
    canaryAt(2, { a: counted(30) }),
  ]);
  expect(gaps).toEqual([]);
  expect(stretches).toMatchObject([
    { durationMs: 20_000, canary: { requests: 30 }, stable: { requests: 1_800 } },
  ]);
});

test('a stretch in which one version is missing is a gap, and both count anew after it', () => {
  const { stretches, gaps } = readAll([
    canaryAt(0, { a: counted(0) }),
    { read: { canary: arm(1, { a: counted(500, 400) }) } },
    canaryAt(2, { a: counted(600, 400) }),
    canaryAt(3, { a: counted(700, 401) }),
  ]);
  expect(gaps).toEqual(['stable: there are no numbers of it']);
  expect(stretches).toMatchObject([{ canary: { requests: 100, errors: 1 } }]);
});

test('where nothing runs beside it, the new version stands alone', () => {
  const alone = { canary: arms.canary, stable: null };
  const { stretches } = readAll([canaryAt(0, { a: counted(0) }), canaryAt(1, { a: counted(10) })], alone);
  expect(stretches).toMatchObject([{ canary: { requests: 10 }, stable: null }]);
});

test('two versions are not compared over different times', () => {
  const { stretches, gaps } = readAll([
    canaryAt(0, { a: counted(0) }),
    {
      nowMs: timeOf(5),
      read: { canary: arm(5, { a: counted(10) }), stable: { ...calm(5), atMs: timeOf(1) } },
    },
  ]);
  expect(stretches).toEqual([]);
  expect(gaps).toEqual(['the numbers of canary and stable are not of the same stretch of time']);
});

test('another release is not compared with what was remembered of the one before', () => {
  const first = readAll([canaryAt(0, { a: counted(0) })]);
  const other = { ...arms, canary: { ...arms.canary, releaseId: 'r-3' }, nowMs: timeOf(1) };
  const { read } = canaryAt(1, { a: counted(90) });
  const both = { latencyLimitsMs: LIMITS_MS, canary: null, stable: null, ...read };
  expect(readOn(other, first.cursor, both)).toMatchObject({ stretches: [], gaps: [] });
  expect(readOn(other, { what: 'is this' }, both)).toMatchObject({ stretches: [], gaps: [] });
});

test('what stands still for a minute while the other moves is a gap, and does not catch up at once', () => {
  const total = (index: number) => counted(index < 10 ? 100 : 1_000 + index);
  const steps = Array.from({ length: 13 }, (_, index) => canaryAt(index, { a: total(index) }));
  const { stretches, gaps } = readAll(steps);
  expect(gaps.filter((gap) => gap.includes('stood still'))).toHaveLength(4);
  expect(gaps.at(-1)).toBe('canary: its numbers move again, and count from now on');
  expect(stretches.map(({ canary }) => canary.requests)).toEqual([0, 0, 0, 0, 0, 1, 1]);
});

test('where hardly anything was to be expected, nothing is what it says', () => {
  const rare = (index: number) => arm(index, { s: totalsOf({ requests: 2 * index, errors: 0 }) });
  const steps = Array.from({ length: 13 }, (_, index) => ({
    read: { canary: arm(index, { a: counted(100) }), stable: rare(index) },
  }));
  expect(readAll(steps)).toMatchObject({ gaps: [], stretches: { length: 12 } });
});

test('use that is NaN or negative is not measured', () => {
  const using = (cpuPercent: number) => ({ ...NO_USE, cpuPercent });
  const at = (index: number, cpuPercent: number): Step => ({
    read: {
      canary: { ...arm(index, { a: counted(index) }), use: using(cpuPercent) },
      stable: { ...calm(index), use: using(40) },
    },
  });
  const { stretches, gaps } = readAll([at(0, 1), at(1, Number.NaN), at(2, -1), at(3, 55)]);
  expect(stretches.map(({ canary }) => canary.cpuPercent)).toEqual([null, null, 55]);
  expect(gaps).toHaveLength(2);
});

test('a shrinking or impossible counter of the business is left out, and nothing else is', () => {
  const orders = (hits: number, of: number) => counted(of, 0, { business: { orders: { hits, of } } });
  const { stretches } = readAll([
    canaryAt(0, { a: orders(10, 100) }),
    canaryAt(1, { a: orders(15, 200) }),
    canaryAt(2, { a: orders(14, 300) }),
    canaryAt(3, { a: orders(300, 400) }),
  ]);
  expect(stretches.map(({ canary }) => canary.business)).toEqual([{ orders: { hits: 5, of: 100 } }, {}, {}]);
});

test('of a hundred pods a bounded number of sums is remembered, and one that came is not counted as done', () => {
  const pods = (requests: number, count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`pod-${index}`, counted(requests)]));
  const { stretches, gaps, cursor } = readAll([
    canaryAt(0, pods(1_000, 100)),
    canaryAt(1, pods(1_010, 100)),
    canaryAt(2, { ...pods(1_020, 100), 'pod-100': counted(50_000) }),
  ]);
  expect(stretches.map(({ canary }) => [canary.requests, canary.pods])[0]).toEqual([1_000, 100]);
  expect(stretches[1]?.canary.requests).toBeLessThan(1_000);
  expect(stretches[1]?.canary.requests).toBeGreaterThan(800);
  expect(gaps).toEqual([expect.stringContaining('is a sum of pods of which some came or went')]);
  expect(JSON.stringify(cursor).length).toBeLessThan(6_000);
});

type Deed = { readonly requests: number; readonly errors: number; readonly slow: number };
const deed: fc.Arbitrary<Deed> = fc
  .tuple(fc.nat(50), fc.nat(50), fc.nat(50))
  .map(([requests, errors, slow]) => ({
    requests,
    errors: Math.min(errors, requests),
    slow: Math.min(slow, requests),
  }));

/** A pod that has done what it did: what it says is right unless something is wrong with it. */
function said(deeds: readonly Deed[]): Totals {
  const sum = (key: keyof Deed) => deeds.reduce((all, each) => all + each[key], 0);
  const requests = sum('requests');
  return counted(requests, sum('errors'), { latency: [requests - sum('slow'), requests, requests] });
}

test('while nothing is broken, the stretches add up to the difference of the totals', () => {
  fc.assert(
    fc.property(
      fc
        .integer({ min: 1, max: 45 })
        .chain((pods) =>
          fc.array(fc.array(deed, { minLength: pods, maxLength: pods }), { minLength: 2, maxLength: 8 }),
        ),
      (rounds) => {
        const steps = rounds.map((_, index) => {
          const own = (pod: number) => said(rounds.slice(0, index + 1).flatMap((round) => round[pod] ?? []));
          const pods = (rounds[0] ?? []).map((__, pod) => [`pod ${pod}`, own(pod)] as const);
          return canaryAt(index, Object.fromEntries(pods));
        });
        const { stretches, gaps } = readAll(steps);
        const done = rounds.slice(1).flat();
        const sum = (count: (reading: Reading) => number) =>
          stretches.reduce((all, reading) => all + count(reading), 0);
        expect(gaps).toEqual([]);
        expect(sum(({ canary }) => canary.requests)).toBe(done.reduce((all, each) => all + each.requests, 0));
        expect(sum(({ canary }) => canary.errors)).toBe(done.reduce((all, each) => all + each.errors, 0));
        const slow = sum(({ canary }) => canary.latency?.[1] ?? Number.NaN);
        expect(slow).toBe(done.reduce((all, each) => all + each.slow, 0));
      },
    ),
    { numRuns: 60 },
  );
});

const trouble = fc.oneof(
  { weight: 6, arbitrary: fc.constant('none' as const) },
  { weight: 4, arbitrary: fc.constantFrom('began-anew', 'gone', 'nan', 'negative', 'cached', 'torn') },
);
const happening = fc.record({ deed, trouble });

test('whatever breaks, nothing is ever counted that did not happen', () => {
  const worlds = fc.integer({ min: 1, max: 40 }).chain((pods) =>
    fc.array(
      fc.record({
        pods: fc.array(happening, { minLength: pods, maxLength: pods }),
        late: fc.constantFrom(0, 0, 0, -70_000, 9_000, Number.NaN),
      }),
      { minLength: 2, maxLength: 10 },
    ),
  );
  fc.assert(
    fc.property(worlds, (rounds) => {
      const since = new Map<number, Deed[]>();
      const before = new Map<number, Totals>();
      const steps = rounds.map(({ pods, late }, index) => {
        const seen: Record<string, Totals> = {};
        pods.forEach((each, pod) => {
          if (each.trouble === 'began-anew') since.set(pod, []);
          since.set(pod, [...(since.get(pod) ?? []), each.deed]);
          const truth = said(since.get(pod) ?? []);
          const answer = brokenAnswer(each.trouble, truth, before.get(pod));
          before.set(pod, truth);
          if (answer !== null) seen[`pod ${pod}`] = answer;
        });
        const atMs = timeOf(index) + late;
        return { read: { canary: arm(index, seen, atMs), stable: calm(index) } };
      });
      const doneBetween = (fromMs: number, toMs: number, key: keyof Deed) =>
        rounds
          .filter((_, index) => timeOf(index) > fromMs && timeOf(index) <= toMs)
          .flatMap(({ pods }) => pods)
          .reduce((all, each) => all + each.deed[key], 0);
      for (const { atMs, durationMs, canary } of readAll(steps).stretches) {
        // A cached answer tells late what happened before: it never tells twice.
        expect(canary.requests).toBeLessThanOrEqual(doneBetween(0, atMs, 'requests'));
        expect(durationMs).toBeGreaterThan(0);
        expect(canary.errors).toBeLessThanOrEqual(canary.requests);
        expect(Math.min(canary.requests, canary.errors, ...(canary.latency ?? []))).toBeGreaterThanOrEqual(0);
      }
      const { stretches } = readAll(steps);
      const all = stretches.reduce((sum, { canary }) => sum + canary.requests, 0);
      expect(all).toBeLessThanOrEqual(doneBetween(timeOf(0), Number.POSITIVE_INFINITY, 'requests'));
    }),
    { numRuns: 300 },
  );
});

function brokenAnswer(how: string, truth: Totals, before: Totals | undefined): Totals | null {
  if (how === 'gone') return null;
  if (how === 'nan') return { ...truth, errors: Number.NaN };
  if (how === 'negative') return { ...truth, requests: -truth.requests - 1 };
  if (how === 'cached') return before ?? truth;
  return how === 'torn' ? { ...truth, latency: truth.latency?.toReversed() ?? null } : truth;
}
