import { like } from './like.ts';
import type { World } from './world.ts';

/** What prom-client and the other clients of Prometheus take unless somebody says otherwise. */
const usualLimitsMs = [5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000];

const still = { sd: 0, seconds: 60 };

/** Requests that know nothing of each other; the day goes by slowly. */
const calm: World = {
  name: 'calm',
  pods: 20,
  traffic: {
    requestsPerSecond: 400,
    swingPercent: 20,
    swingSeconds: 7200,
    noise: still,
    bursts: { perHour: 0, times: 2, seconds: 30 },
    routing: still,
  },
  errors: {
    percent: 0.1,
    shared: still,
    podSpread: 0,
    podNoise: still,
    cluster: { size: 1, seconds: 1 },
  },
  latency: {
    limitsMs: usualLimitsMs,
    shapes: [
      { percent: 98.5, medianMs: 120, sigma: 0.5 },
      { percent: 1.5, medianMs: 720, sigma: 0.5 },
    ],
    shared: still,
    podSpread: 0,
    podNoise: still,
    source: 'histogram',
  },
  cpu: {
    percent: 42,
    followsTraffic: 0.5,
    shared: { sd: 0.8, seconds: 120 },
    podSpread: 0,
    podNoise: { sd: 1.6, seconds: 15 },
    fresh: { points: 0, seconds: 30 },
  },
  memory: {
    percent: 55,
    followsTraffic: 0,
    shared: still,
    podSpread: 0,
    podNoise: { sd: 0.6, seconds: 300 },
    fresh: { points: 0, seconds: 300 },
  },
  incidents: {
    perHour: 0,
    seconds: { from: 20, to: 60 },
    errorPoints: { from: 1, to: 5 },
    latencyTimes: { from: 1.2, to: 2 },
  },
  stalls: { perPodHour: 0, seconds: 10, latencyTimes: 1.6 },
  coldStart: { latencyTimes: 1, seconds: 15 },
  restartsPerPodDay: 0,
  business: null,
  gapsPercent: 0,
  history: { seconds: 1800, pods: 5 },
};

/** As services are: everything wanders, pods differ, errors come in clusters, and sometimes all are ill together. */
const messy = like(calm, {
  name: 'messy',
  traffic: {
    noise: { sd: 0.1, seconds: 60 },
    bursts: { perHour: 3, times: 2, seconds: 30 },
    routing: { sd: 0.02, seconds: 30 },
  },
  errors: {
    shared: { sd: 0.3, seconds: 120 },
    podSpread: 0.15,
    podNoise: { sd: 0.25, seconds: 30 },
    cluster: { size: 1.5, seconds: 2 },
  },
  latency: {
    shared: { sd: 0.06, seconds: 120 },
    podSpread: 0.04,
    podNoise: { sd: 0.06, seconds: 20 },
  },
  cpu: {
    shared: { sd: 2, seconds: 120 },
    podSpread: 1.5,
    podNoise: { sd: 4, seconds: 15 },
    fresh: { points: 8, seconds: 20 },
  },
  memory: {
    podSpread: 1,
    podNoise: { sd: 1.5, seconds: 300 },
    fresh: { points: -8, seconds: 240 },
  },
  incidents: { perHour: 0.2 },
  stalls: { perPodHour: 0.25 },
  coldStart: { latencyTimes: 1.5 },
  restartsPerPodDay: 0.05,
  gapsPercent: 0.5,
});

/** About twice as bad in everything. */
const harsh = like(messy, {
  name: 'harsh',
  traffic: { noise: { sd: 0.2 }, bursts: { perHour: 6 }, routing: { sd: 0.05 } },
  errors: {
    shared: { sd: 0.6 },
    podSpread: 0.3,
    podNoise: { sd: 0.5 },
    cluster: { size: 3, seconds: 4 },
  },
  latency: { shared: { sd: 0.12 }, podSpread: 0.08, podNoise: { sd: 0.12 } },
  cpu: { shared: { sd: 4 }, podSpread: 3, podNoise: { sd: 8 } },
  memory: { podSpread: 2, podNoise: { sd: 3 } },
  incidents: { perHour: 0.7 },
  stalls: { perPodHour: 0.5 },
  coldStart: { latencyTimes: 2 },
  restartsPerPodDay: 0.2,
  gapsPercent: 2,
});

/** Some answers come from a cache. */
const bimodal = like(messy, {
  name: 'bimodal',
  latency: {
    shapes: [
      { percent: 70, medianMs: 20, sigma: 0.4 },
      { percent: 30, medianMs: 400, sigma: 0.5 },
    ],
  },
});

const heavy = like(messy, {
  name: 'heavy tail',
  latency: {
    shapes: [
      { percent: 90, medianMs: 100, sigma: 0.6 },
      { percent: 10, medianMs: 300, sigma: 1.3 },
    ],
  },
});

const bursty = like(messy, {
  name: 'bursty',
  traffic: { noise: { sd: 0.35, seconds: 30 }, bursts: { perHour: 20, times: 4, seconds: 20 } },
});

const fewPods = like(messy, { name: 'four pods', pods: 4, history: { pods: 4 } });
const noPods = like(messy, { name: 'pods not told apart', history: { pods: 0 } });
const noHistory = like(messy, { name: 'no history', history: { seconds: 0, pods: 0 } });
const quantileOnly = like(messy, { name: 'p95 only', latency: { source: 'p95' } });
const shop = like(messy, {
  name: 'shop',
  business: { name: 'orders', percent: 3, shared: { sd: 0.1, seconds: 300 } },
});

export const worlds: readonly World[] = [
  calm,
  messy,
  harsh,
  bimodal,
  heavy,
  bursty,
  fewPods,
  noPods,
  noHistory,
  quantileOnly,
  shop,
];

export function worldNamed(name: string): World {
  const world = worlds.find((each) => each.name === name);
  if (world !== undefined) return world;
  throw new Error(`There is no world '${name}': take one of ${worlds.map((each) => each.name).join(', ')}.`);
}
