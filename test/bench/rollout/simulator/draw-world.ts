import { type Dice, diceFrom } from './dice.ts';
import { World } from './world.ts';

/**
 * A world that nobody has looked at: everything is drawn anew, evenly between calm and rather harsh. Who fits a judge
 * to the worlds of this folder is found out here.
 */
export function drawWorld(seed: number): World {
  const dice = diceFrom(seed, 'world');
  return World.parse({
    name: `drawn ${seed}`,
    pods: Math.round(factor(dice, 3, 60)),
    traffic: drawTraffic(dice),
    errors: {
      percent: rounded(factor(dice, 0.01, 2)),
      shared: { sd: upTo(dice, 0.5), seconds: factor(dice, 30, 300) },
      podSpread: upTo(dice, 0.25),
      podNoise: { sd: upTo(dice, 0.4), seconds: factor(dice, 10, 60) },
      cluster: { size: 1 + upTo(dice, 1.5), seconds: factor(dice, 1, 5) },
    },
    latency: drawLatency(dice),
    cpu: {
      percent: between(dice, 15, 65),
      followsTraffic: dice.uniform(),
      shared: { sd: upTo(dice, 3), seconds: factor(dice, 60, 300) },
      podSpread: upTo(dice, 2),
      podNoise: { sd: between(dice, 0.5, 6), seconds: factor(dice, 10, 30) },
      fresh: { points: upTo(dice, 12), seconds: factor(dice, 10, 40) },
    },
    memory: {
      percent: between(dice, 35, 70),
      followsTraffic: upTo(dice, 0.1),
      shared: { sd: upTo(dice, 0.5), seconds: 300 },
      podSpread: upTo(dice, 1.5),
      podNoise: { sd: between(dice, 0.2, 2), seconds: factor(dice, 100, 600) },
      fresh: { points: -upTo(dice, 12), seconds: factor(dice, 60, 600) },
    },
    ...drawMishaps(dice),
    business: null,
    gapsPercent: upTo(dice, 2),
    history: {
      seconds: Math.round(factor(dice, 600, 3600)),
      pods: dice.uniform() < 0.2 ? 0 : Math.round(between(dice, 3, 8)),
    },
  });
}

function drawTraffic(dice: Dice): World['traffic'] {
  return {
    requestsPerSecond: rounded(factor(dice, 1, 1000)),
    swingPercent: upTo(dice, 40),
    swingSeconds: factor(dice, 1800, 14_400),
    noise: { sd: upTo(dice, 0.3), seconds: factor(dice, 15, 120) },
    bursts: { perHour: upTo(dice, 12), times: between(dice, 1.3, 4), seconds: factor(dice, 10, 90) },
    routing: { sd: upTo(dice, 0.05), seconds: factor(dice, 10, 120) },
  };
}

const limits = [
  [5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000],
  [10, 20, 30, 45, 60, 80, 100, 125, 150, 180, 220, 270, 330, 400, 500, 650, 800, 1000, 1500, 2500, 5000],
  [50, 100, 200, 400, 800, 1600, 3200],
];

function drawLatency(dice: Dice): World['latency'] {
  const usualMs = factor(dice, 15, 400);
  const slowPercent = upTo(dice, 35);
  return {
    limitsMs: limits[Math.floor(dice.uniform() * limits.length)] ?? [100, 1000],
    shapes: [
      { percent: 100 - slowPercent, medianMs: usualMs, sigma: between(dice, 0.25, 0.8) },
      { percent: slowPercent, medianMs: usualMs * factor(dice, 2, 15), sigma: between(dice, 0.3, 1) },
    ],
    shared: { sd: upTo(dice, 0.1), seconds: factor(dice, 30, 300) },
    podSpread: upTo(dice, 0.06),
    podNoise: { sd: upTo(dice, 0.1), seconds: factor(dice, 10, 60) },
    source: 'histogram',
  };
}

function drawMishaps(dice: Dice) {
  return {
    incidents: {
      perHour: upTo(dice, 0.5),
      seconds: { from: 15, to: between(dice, 30, 120) },
      errorPoints: { from: 0, to: upTo(dice, 8) },
      latencyTimes: { from: 1, to: 1 + upTo(dice, 1.5) },
    },
    stalls: {
      perPodHour: upTo(dice, 0.4),
      seconds: factor(dice, 3, 20),
      latencyTimes: between(dice, 1.2, 3),
    },
    coldStart: { latencyTimes: 1 + upTo(dice, 1), seconds: factor(dice, 4, 18) },
    restartsPerPodDay: upTo(dice, 0.15),
  };
}

function between(dice: Dice, from: number, to: number): number {
  return from + (to - from) * dice.uniform();
}

function upTo(dice: Dice, most: number): number {
  return most * dice.uniform();
}

/** Evenly on the scale of logarithms: as many worlds between 1 and 10 as between 10 and 100. */
function factor(dice: Dice, from: number, to: number): number {
  return from * (to / from) ** dice.uniform();
}

/** Two digits, so that one can say it. */
function rounded(value: number): number {
  return Number(value.toPrecision(2));
}
