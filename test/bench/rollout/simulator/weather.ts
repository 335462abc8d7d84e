import { type Dice, diceFrom } from './dice.ts';
import { type Wander, wander } from './wander.ts';
import type { World } from './world.ts';

/** What both versions live through together, for one step. */
export type Weather = {
  readonly requests: number;
  /** Traffic against what is usual: 1. */
  readonly load: number;
  readonly routingLog: number;
  readonly errorFactor: number;
  readonly incidentErrorShare: number;
  readonly latencyLog: number;
  readonly cpuPoints: number;
  readonly memoryPoints: number;
  readonly businessFactor: number;
};

type Incident = { fromSeconds: number; toSeconds: number; errorShare: number; latencyLog: number };

/** Longer than any rollout here lasts; incidents are drawn ahead, so that they do not depend on how it goes. */
const HORIZON_SECONDS = 4 * 3600;

/**
 * The weather, step by step: that of `before`, or that of the rollout. Incidents and the time of the day go through
 * both; what wanders begins anew, so that the second can be had without the first.
 */
export function openWeather(
  seed: number,
  world: World,
  stepSeconds: number,
  part: 'before' | 'rollout',
): (atSeconds: number) => Weather {
  const dice = diceFrom(seed, `weather ${part}`);
  const { traffic, errors, latency, cpu, memory, business } = world;
  const incidents = drawIncidents(diceFrom(seed, 'incidents'), world);
  const phase = 2 * Math.PI * diceFrom(seed, 'day').uniform();
  const none: Wander = { next: () => 0 };
  const trafficNoise = wander(dice, traffic.noise, stepSeconds);
  const routing = wander(dice, traffic.routing, stepSeconds);
  const errorNoise = wander(dice, errors.shared, stepSeconds);
  const latencyNoise = wander(dice, latency.shared, stepSeconds);
  const cpuNoise = cpu === null ? none : wander(dice, cpu.shared, stepSeconds);
  const memoryNoise = memory === null ? none : wander(dice, memory.shared, stepSeconds);
  const businessNoise = business === null ? none : wander(dice, business.shared, stepSeconds);
  let burstUntilSeconds = Number.NEGATIVE_INFINITY;

  return (atSeconds) => {
    if (dice.uniform() < (traffic.bursts.perHour * stepSeconds) / 3600)
      burstUntilSeconds = atSeconds + traffic.bursts.seconds;
    const swing =
      1 + (traffic.swingPercent / 100) * Math.sin(phase + (2 * Math.PI * atSeconds) / traffic.swingSeconds);
    const burst = atSeconds < burstUntilSeconds ? traffic.bursts.times : 1;
    const load = swing * burst * evenly(trafficNoise.next(), traffic.noise.sd);
    const now = incidents.filter((each) => atSeconds >= each.fromSeconds && atSeconds < each.toSeconds);
    return {
      requests: dice.poisson(load * traffic.requestsPerSecond * stepSeconds),
      load,
      routingLog: routing.next(),
      errorFactor: evenly(errorNoise.next(), errors.shared.sd),
      incidentErrorShare: now.reduce((sum, each) => sum + each.errorShare, 0),
      latencyLog: latencyNoise.next() + now.reduce((sum, each) => sum + each.latencyLog, 0),
      cpuPoints: cpuNoise.next(),
      memoryPoints: memoryNoise.next(),
      businessFactor: evenly(businessNoise.next(), business?.shared.sd ?? 0),
    };
  };
}

/** What wanders on the scale of logarithms is 1 at the mean, so that rates come out as they were asked for. */
export function evenly(log: number, sd: number): number {
  return Math.exp(log - (sd * sd) / 2);
}

function drawIncidents(dice: Dice, { incidents, history }: World): Incident[] {
  const drawn: Incident[] = [];
  if (incidents.perHour === 0) return drawn;
  const { seconds, errorPoints, latencyTimes } = incidents;
  const somewhere = ({ from, to }: { from: number; to: number }) => from + (to - from) * dice.uniform();
  let atSeconds = -history.seconds;
  for (;;) {
    atSeconds += (dice.exponential() * 3600) / incidents.perHour;
    if (atSeconds > HORIZON_SECONDS) return drawn;
    drawn.push({
      fromSeconds: atSeconds,
      toSeconds: atSeconds + somewhere(seconds),
      errorShare: somewhere(errorPoints) / 100,
      latencyLog: Math.log(somewhere(latencyTimes)),
    });
  }
}
