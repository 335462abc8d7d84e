import { expect, test } from 'vitest';
import { like } from './like.ts';
import { rollout, type Seen } from './rollout.ts';
import { Fault, Situation, type World } from './world.ts';
import { worldNamed, worlds } from './worlds.ts';

const stages = [
  { trafficPercent: 5, seconds: 300 },
  { trafficPercent: 50, seconds: 300 },
  { trafficPercent: 100, seconds: 300 },
];

function situation(fault: object | null = null, lookEverySeconds = 5): Situation {
  const named = fault === null ? null : Fault.parse({ name: 'fault', ...fault });
  return Situation.parse({ name: 'test', stages, lookEverySeconds, fault: named });
}

/** Seeds are fixed: what is checked holds for these, with room to spare for others. */
const seeds = Array.from({ length: 40 }, (_, seed) => seed);

function everySeen(world: World, fault: object | null = null): Seen[] {
  return seeds.flatMap((seed) => rollout(seed, world, situation(fault)).seen);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function ratio(seen: readonly Seen[], of: (each: Seen) => number, to: (each: Seen) => number): number {
  return sum(seen.map(of)) / sum(seen.map(to));
}

test('the same seed gives the same rollout, and another seed another', () => {
  const world = worldNamed('messy');
  const [once, again, other] = [7, 7, 8].map((seed) =>
    rollout(seed, world, situation({ effect: { errorPoints: 1 } })),
  );
  expect(again).toEqual(once);
  expect(other).not.toEqual(once);
});

test.each(['calm', 'messy', 'harsh'])(
  'in a %s world traffic, errors and shares come out as they were asked for',
  (name) => {
    // Incidents are errors on top, and bursts requests on top: here only what is asked for counts.
    const world = like(worldNamed(name), {
      traffic: { requestsPerSecond: 200, bursts: { perHour: 0 } },
      errors: { percent: 1 },
      incidents: { perHour: 0 },
      gapsPercent: 0,
    });
    const seen = everySeen(world);
    const split = seen.filter(({ look }) => look.stage.trafficPercent === 50);
    const all = ({ look }: Seen) => look.canary.requests + (look.stable?.requests ?? 0);
    const perSecond = sum(seen.map(all)) / (seeds.length * 900);
    expect(perSecond / 200).toBeGreaterThan(0.93);
    expect(perSecond / 200).toBeLessThan(1.07);
    expect(ratio(split, ({ look }) => look.canary.requests, all)).toBeCloseTo(0.5, 1);
    const errorShare = ratio(
      seen,
      ({ look }) => look.canary.errors,
      ({ look }) => look.canary.requests,
    );
    expect(errorShare / 0.01).toBeGreaterThan(0.75);
    expect(errorShare / 0.01).toBeLessThan(1.3);
  },
);

test('a healthy version differs from the old one by chance only', () => {
  const seen = everySeen(like(worldNamed('calm'), { errors: { percent: 1 } }));
  const both = seen.filter(({ look }) => look.stable !== null);
  const canary = ratio(
    both,
    ({ look }) => look.canary.errors,
    ({ look }) => look.canary.requests,
  );
  const stable = ratio(
    both,
    ({ look }) => look.stable?.errors ?? 0,
    ({ look }) => look.stable?.requests ?? 0,
  );
  expect(canary / stable).toBeGreaterThan(0.97);
  expect(canary / stable).toBeLessThan(1.03);
  expect(
    seen.every(({ truth }) => truth.onsetMs === null && truth.faultErrors === 0 && truth.slowed === 0),
  ).toBe(true);
});

test('errors of a fault are as many as it says, and only the new version has them', () => {
  const world = like(worldNamed('calm'), { errors: { percent: 0.1 } });
  const both = everySeen(world, { effect: { errorPoints: 2 } }).filter(({ look }) => look.stable !== null);
  const canary = ratio(
    both,
    ({ look }) => look.canary.errors,
    ({ look }) => look.canary.requests,
  );
  const stable = ratio(
    both,
    ({ look }) => look.stable?.errors ?? 0,
    ({ look }) => look.stable?.requests ?? 0,
  );
  expect(canary).toBeCloseTo(0.021, 3);
  expect(stable).toBeCloseTo(0.001, 3);
  const told = ratio(
    both,
    ({ truth }) => truth.faultErrors,
    ({ look }) => look.canary.requests,
  );
  expect(told).toBeCloseTo(0.02, 3);
});

test('a version that is twice as slow has half as many requests below a limit twice as high', () => {
  const world = like(worldNamed('calm'), { latency: { limitsMs: [60, 120, 240, 480] } });
  const both = everySeen(world, { effect: { latencyPercent: 100 } }).filter(
    ({ look }) => look.stable !== null,
  );
  const below = (bucketCount: number, counts: readonly number[] | null | undefined) =>
    sum((counts ?? []).slice(0, bucketCount));
  const canary = ratio(
    both,
    ({ look }) => below(3, look.canary.latency),
    ({ look }) => look.canary.requests,
  );
  const stable = ratio(
    both,
    ({ look }) => below(2, look.stable?.latency),
    ({ look }) => look.stable?.requests ?? 0,
  );
  expect(canary).toBeCloseTo(stable, 2);
});

test('a fault begins when it should, and nothing of it is seen before', () => {
  const late = { effect: { errorPoints: 50 }, when: { afterSeconds: 100 } };
  const { seen, startMs } = rollout(1, worldNamed('calm'), situation(late));
  const before = seen.filter(({ look }) => look.atMs <= startMs + 100_000);
  expect(before.every(({ truth }) => truth.faultErrors === 0 && truth.onsetMs === null)).toBe(true);
  expect(seen.at(-1)?.truth.onsetMs).toBe(startMs + 100_000);

  const atFull = { effect: { errorPoints: 50 }, when: { fromTrafficPercent: 100 } };
  const first = rollout(1, worldNamed('calm'), situation(atFull)).seen.find(
    ({ truth }) => truth.onsetMs !== null,
  );
  expect(first?.look.stage.trafficPercent).toBe(100);
});

test('a fault that comes and goes is there for its part of each period', () => {
  const fault = { effect: { errorPoints: 50 }, when: { intermittent: { everySeconds: 60, forSeconds: 10 } } };
  const { seen } = rollout(1, worldNamed('calm'), situation(fault));
  const ill = seen.filter(({ truth }) => truth.faultErrors > 0).length;
  expect(ill).toBe(seen.length / 6);
});

test('a leak grows minute by minute', () => {
  const world = like(worldNamed('calm'), { memory: { podNoise: { sd: 0.01 } } });
  const { seen } = rollout(1, world, situation({ effect: { memoryPointsPerMinute: 2 } }));
  const first = seen[0]?.look.canary.memoryPercent ?? 0;
  const last = seen.at(-1)?.look.canary.memoryPercent ?? 0;
  expect(last - first).toBeCloseTo(30, 0);
});

test('who is sure goes to the next stage at once, and there is no stable version at full traffic', () => {
  const { seen } = rollout(1, worldNamed('calm'), situation());
  expect(seen.filter(({ look }) => look.stage.isOver).map(({ look }) => look.stage.index)).toEqual([0, 1, 2]);
  expect(seen.filter(({ look }) => look.stable === null)).toHaveLength(60);
  expect(seen).toHaveLength(180);
});

test('readings that never came are missing, and never the end of a stage', () => {
  const world = like(worldNamed('calm'), { gapsPercent: 80 });
  const { seen } = rollout(1, world, situation());
  expect(seen.length).toBeLessThan(70);
  expect(seen.filter(({ look }) => look.stage.isOver)).toHaveLength(3);
});

test('the history tells the fleet and its pods, and they agree', () => {
  const { history } = rollout(3, worldNamed('messy'), situation());
  expect(history.looks.length).toBeGreaterThan(340);
  for (const { fleet, pods } of history.looks) {
    expect(pods).toHaveLength(5);
    expect(sum(pods.map((pod) => pod.requests))).toBeLessThanOrEqual(fleet.requests);
    expect(sum(fleet.latency ?? [])).toBe(fleet.requests);
  }
});

test.each(worlds.map((world) => world.name))('no look of the world "%s" is impossible', (name) => {
  const { seen } = rollout(
    5,
    worldNamed(name),
    situation({ effect: { errorPoints: 20, latencyPercent: 50 } }, 2),
  );
  for (const { look } of seen) {
    for (const stretch of [look.canary, ...(look.stable === null ? [] : [look.stable])]) {
      expect(stretch.errors).toBeLessThanOrEqual(stretch.requests);
      expect(stretch.errors).toBeGreaterThanOrEqual(0);
      expect(stretch.pods).toBeGreaterThanOrEqual(1);
      if (stretch.latency !== null) expect(sum(stretch.latency)).toBe(stretch.requests);
    }
  }
});
