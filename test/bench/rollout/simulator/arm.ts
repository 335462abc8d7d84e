import type { Stretch } from '../../../../src/core/analysis/look.ts';
import { bucketShares, curveOf, quantileOf, type Tail, thrown } from './buckets.ts';
import type { Dice } from './dice.ts';
import type { Harm } from './fault.ts';
import type { Pod } from './pod.ts';
import { type Wander, wander } from './wander.ts';
import type { Weather } from './weather.ts';
import type { World } from './world.ts';

/** Pods that get their requests together: one version, or one pod by itself. */
export type Arm = { serve(step: Step): Served };

export type Step = {
  readonly atSeconds: number;
  readonly requests: number;
  readonly weather: Weather;
  readonly pods: number;
  /** What its pods are like at the mean. */
  readonly pod: Pod;
  /** How much of it is as good as new, from 0 to 1, counted for each of the three by how slowly it is forgotten. */
  readonly fresh: { readonly latency: number; readonly cpu: number; readonly memory: number };
  readonly harm: Harm | null;
};

export type Served = {
  readonly stretch: Stretch;
  /** How many failed because of the fault. */
  readonly faultErrors: number;
};

/** For sources that tell a quantile only: fine enough that it is almost the true one. */
const fineLimitsMs = Array.from({ length: 80 }, (_, index) => 2 * 1.12 ** index);

const none: Wander = { next: () => 0 };

export function openArm(dice: Dice, world: World, stepSeconds: number): Arm {
  const { errors, latency, cpu, memory } = world;
  const errorNoise = wander(dice, errors.podNoise, stepSeconds);
  const latencyNoise = wander(dice, latency.podNoise, stepSeconds);
  const cpuNoise = cpu === null ? none : wander(dice, cpu.podNoise, stepSeconds);
  const memoryNoise = memory === null ? none : wander(dice, memory.podNoise, stepSeconds);
  const fail = failures(dice, world, stepSeconds);
  const answer = answers(dice, world, stepSeconds);

  return {
    serve(step) {
      const { weather, pods, pod, fresh, harm } = step;
      const calmed = 1 / Math.sqrt(pods);
      const spread = Math.sqrt(Math.log(1 + (Math.exp(errors.podNoise.sd ** 2) - 1) / pods));
      const wandered = errors.podNoise.sd === 0 ? 0 : (errorNoise.next() / errors.podNoise.sd) * spread;
      const errorShare =
        (errors.percent / 100) * weather.errorFactor * pod.errorFactor * Math.exp(wandered - spread ** 2 / 2);
      const failed = fail(step.requests, errorShare + weather.incidentErrorShare, harm?.errorShare ?? 0);
      const cold = Math.log(1 + (world.coldStart.latencyTimes - 1) * fresh.latency);
      const slowness = weather.latencyLog + pod.latencyLog + latencyNoise.next() * calmed + cold;
      const cpuNow = cpuNoise.next() * calmed + pod.cpuPoints + weather.cpuPoints + (harm?.cpuPoints ?? 0);
      const memoryNow =
        memoryNoise.next() * calmed + pod.memoryPoints + weather.memoryPoints + (harm?.memoryPoints ?? 0);
      return {
        faultErrors: failed.byFault,
        stretch: {
          requests: step.requests,
          errors: failed.errors,
          ...answer(step, slowness + (harm?.latencyLog ?? 0)),
          cpuPercent: used(cpu, weather.load, cpuNow, fresh.cpu),
          memoryPercent: used(memory, weather.load, memoryNow, fresh.memory),
          restarts: restarts(dice, world, step, stepSeconds),
          business: orders(dice, world, step),
          pods,
        },
      };
    },
  };
}

/** Failures come in clusters: the first of each now, the others within the next seconds. */
function failures(dice: Dice, { errors }: World, stepSeconds: number) {
  const { size, seconds } = errors.cluster;
  const released = 1 - Math.exp(-stepSeconds / seconds);
  let waiting = 0;
  return (requests: number, share: number, faultShare: number) => {
    const first = dice.binomial(requests, Math.min(0.9, share) / size);
    if (size > 1 && first > 0) waiting += dice.poisson(dice.gamma(first) * (size - 1));
    const others = Math.min(requests - first, dice.binomial(waiting, released));
    waiting -= others;
    const byFault = dice.binomial(requests - first - others, faultShare);
    return { errors: first + others + byFault, byFault };
  };
}

const noTail: Tail = { share: 0, log: 0 };

/** How long the answers took. One pod may stand still meanwhile: its share of the requests is slower. */
function answers(dice: Dice, { latency, stalls }: World, stepSeconds: number) {
  const limitsMs = latency.source === 'p95' ? fineLimitsMs : latency.limitsMs;
  const logLimits = limitsMs.map(Math.log);
  const curve = curveOf(latency.shapes);
  let stalledUntilSeconds = Number.NEGATIVE_INFINITY;
  return ({ atSeconds, requests, pods, harm }: Step, slowerLog: number) => {
    if (dice.uniform() < (stalls.perPodHour * pods * stepSeconds) / 3600)
      stalledUntilSeconds = atSeconds + stalls.seconds;
    if (latency.source === 'none') return { latency: null, latencyP95Ms: null };
    const tail = harm?.tail ?? noTail;
    const stalled = atSeconds < stalledUntilSeconds ? dice.binomial(requests, 1 / pods) : 0;
    const counts = thrown(dice, requests - stalled, bucketShares(logLimits, curve, slowerLog, tail));
    if (stalled > 0) {
      const stalledLog = slowerLog + Math.log(stalls.latencyTimes);
      const slow = thrown(dice, stalled, bucketShares(logLimits, curve, stalledLog, tail));
      for (const [bucket, count] of slow.entries()) counts[bucket] = (counts[bucket] ?? 0) + count;
    }
    if (latency.source === 'histogram') return { latency: counts, latencyP95Ms: null };
    return { latency: null, latencyP95Ms: quantileOf(counts, limitsMs, 0.95) };
  };
}

function used(use: World['cpu'], load: number, points: number, fresh: number): number | null {
  if (use === null) return null;
  const followed = use.percent * (1 + use.followsTraffic * (Math.min(2, load) - 1));
  return Math.min(100, Math.max(0, followed + points + use.fresh.points * fresh));
}

function restarts(dice: Dice, world: World, { pods, harm }: Step, stepSeconds: number): number | null {
  if (world.restartsPerPodDay === null) return null;
  const perPodSecond = world.restartsPerPodDay / 86_400 + (harm?.restartsPerPodSecond ?? 0);
  return dice.poisson(perPodSecond * pods * stepSeconds);
}

function orders(dice: Dice, { business }: World, { requests, weather, harm }: Step): Stretch['business'] {
  if (business === null) return {};
  const share = (business.percent / 100) * weather.businessFactor * (harm?.businessFactor ?? 1);
  return { [business.name]: { hits: dice.binomial(requests, Math.min(1, share)), of: requests } };
}
