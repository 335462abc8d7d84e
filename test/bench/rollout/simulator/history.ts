import type { History, Stretch } from '../../../../src/core/analysis/look.ts';
import { type Arm, openArm } from './arm.ts';
import type { Dice } from './dice.ts';
import { meanOf, type Pod } from './pod.ts';
import type { Weather } from './weather.ts';
import type { World } from './world.ts';

const seasoned = { latency: 0, cpu: 0, memory: 0 };

type Group = { readonly arm: Arm; readonly pods: number; readonly pod: Pod };

/** What ran before: some pods by themselves (the ones that will stay longest), the others together. */
export function historyOf(
  dice: Dice,
  world: World,
  fleet: readonly Pod[],
  weatherAt: (atSeconds: number) => Weather,
  stepSeconds: number,
  startMs: number,
): History {
  const told = Math.min(world.history.pods, fleet.length);
  const others = fleet.slice(0, fleet.length - told);
  const group = (pods: readonly Pod[]): Group => ({
    arm: openArm(dice, world, stepSeconds),
    pods: pods.length,
    pod: meanOf(pods),
  });
  const groups = [
    ...fleet.slice(fleet.length - told).map((pod) => group([pod])),
    ...(others.length > 0 ? [group(others)] : []),
  ];
  const steps = Math.floor(world.history.seconds / stepSeconds);
  const looks = Array.from({ length: steps }, (_, step) => {
    const atSeconds = (step - steps) * stepSeconds;
    const stretches = served(dice, groups, weatherAt(atSeconds), atSeconds, fleet.length);
    return {
      atMs: startMs + (atSeconds + stepSeconds) * 1000,
      durationMs: stepSeconds * 1000,
      fleet: together(stretches),
      pods: stretches.slice(0, told),
    };
  });
  return {
    latencyLimitsMs: world.latency.limitsMs,
    looks: looks.filter(() => dice.uniform() >= world.gapsPercent / 100),
  };
}

function served(
  dice: Dice,
  groups: readonly Group[],
  weather: Weather,
  atSeconds: number,
  podCount: number,
): Stretch[] {
  let left = weather.requests;
  let podsLeft = podCount;
  return groups.map(({ arm, pods, pod }) => {
    const requests = pods === podsLeft ? left : dice.binomial(left, pods / podsLeft);
    left -= requests;
    podsLeft -= pods;
    return arm.serve({ atSeconds, requests, weather, pods, pod, fresh: seasoned, harm: null }).stretch;
  });
}

function together(stretches: readonly Stretch[]): Stretch {
  const pods = sum(stretches.map((each) => each.pods));
  const mean = (of: (each: Stretch) => number | null) => {
    const weighed = stretches.map((each) => (of(each) ?? Number.NaN) * each.pods);
    const total = sum(weighed) / pods;
    return Number.isNaN(total) ? null : total;
  };
  const requests = sum(stretches.map((each) => each.requests));
  return {
    requests,
    errors: sum(stretches.map((each) => each.errors)),
    latency: addedUp(stretches),
    latencyP95Ms: p95(stretches, requests),
    cpuPercent: mean((each) => each.cpuPercent),
    memoryPercent: mean((each) => each.memoryPercent),
    restarts: stretches.every((each) => each.restarts === null)
      ? null
      : sum(stretches.map((each) => each.restarts ?? 0)),
    business: shares(stretches),
    pods,
  };
}

function addedUp(stretches: readonly Stretch[]): number[] | null {
  const histograms = stretches.flatMap((each) => (each.latency === null ? [] : [each.latency]));
  const [first] = histograms;
  if (first === undefined) return null;
  const counts = first.map(() => 0);
  for (const histogram of histograms)
    for (let bucket = 0; bucket < counts.length; bucket += 1)
      counts[bucket] = (counts[bucket] ?? 0) + (histogram[bucket] ?? 0);
  return counts;
}

/** Quantiles cannot be added up; what a dashboard shows for the fleet lies near the mean by requests. */
function p95(stretches: readonly Stretch[], requests: number): number | null {
  const told = stretches.filter((each) => each.latencyP95Ms !== null);
  if (told.length === 0 || requests === 0) return null;
  const weight = sum(told.map((each) => each.requests));
  return sum(told.map((each) => (each.latencyP95Ms ?? 0) * each.requests)) / weight;
}

function shares(stretches: readonly Stretch[]): Stretch['business'] {
  const all: Record<string, { hits: number; of: number }> = {};
  for (const { business } of stretches) {
    for (const [name, { hits, of }] of Object.entries(business)) {
      const before = all[name] ?? { hits: 0, of: 0 };
      all[name] = { hits: before.hits + hits, of: before.of + of };
    }
  }
  return all;
}

function sum(values: readonly number[]): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
