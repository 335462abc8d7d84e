import { z } from 'zod';

/** Something that wanders: how far (a standard deviation, of the logarithm unless it says otherwise) and how slowly. */
const Noise = z.strictObject({ sd: z.number().nonnegative(), seconds: z.number().positive() });
export type Noise = z.infer<typeof Noise>;

const positive = z.number().positive();
const share = z.number().min(0).max(100);
const between = z.strictObject({ from: z.number(), to: z.number() });

const Traffic = z.strictObject({
  /** All pods together. */
  requestsPerSecond: positive,
  /** Up and down like day and night, in percent of the mean; a whole swing takes so many seconds. */
  swingPercent: share,
  swingSeconds: positive,
  noise: Noise,
  bursts: z.strictObject({ perHour: z.number().nonnegative(), times: positive, seconds: positive }),
  /** How far the share that a version really gets is off the share that it should get. */
  routing: Noise,
});

const Errors = z.strictObject({
  percent: share,
  /** What goes wrong for everybody at once. */
  shared: Noise,
  /** Pods that are a little better or worse for good, and for a while. */
  podSpread: z.number().nonnegative(),
  podNoise: Noise,
  /** One failure brings others, that many in all at the mean, spread over so many seconds. */
  cluster: z.strictObject({ size: z.number().min(1), seconds: positive }),
});

const Latency = z.strictObject({
  /** The limits of the histogram's buckets. */
  limitsMs: z.array(positive).min(2),
  /** Kinds of requests, each lognormal; their shares add up to 100. */
  shapes: z.array(z.strictObject({ percent: share, medianMs: positive, sigma: positive })).min(1),
  shared: Noise,
  podSpread: z.number().nonnegative(),
  podNoise: Noise,
  /** `p95`: the source keeps no histogram and tells the 95th percentile only. */
  source: z.enum(['histogram', 'p95', 'none']),
});

/** A resource, in percent of what a pod may use; here noise is in points, not in logarithms. */
const Use = z.strictObject({
  percent: share,
  /** How much of it follows the traffic: 0 not at all, 1 in proportion. */
  followsTraffic: z.number().min(0).max(1),
  shared: Noise,
  podSpread: z.number().nonnegative(),
  podNoise: Noise,
  /** What a fresh pod uses more (or less), forgotten with this time constant. */
  fresh: z.strictObject({ points: z.number(), seconds: positive }),
});

/** Everything that happens to a service although nobody changed it. Plain JSON, so that anybody can bring their own. */
export const World = z.strictObject({
  name: z.string().min(1),
  pods: z.number().int().min(2),
  traffic: Traffic,
  errors: Errors,
  latency: Latency,
  cpu: Use.nullable(),
  memory: Use.nullable(),
  /** Something that both versions depend upon is ill for a while. */
  incidents: z.strictObject({
    perHour: z.number().nonnegative(),
    seconds: between,
    errorPoints: between,
    latencyTimes: between,
  }),
  /** One pod stands still: a collection of garbage, a noisy neighbour. */
  stalls: z.strictObject({ perPodHour: z.number().nonnegative(), seconds: positive, latencyTimes: positive }),
  /** Fresh pods answer more slowly at first. */
  coldStart: z.strictObject({ latencyTimes: z.number().min(1), seconds: positive }),
  restartsPerPodDay: z.number().nonnegative().nullable(),
  /** A counter of the business: so many of a hundred requests end in one. */
  business: z.strictObject({ name: z.string(), percent: share, shared: Noise }).nullable(),
  /** Readings that never came. */
  gapsPercent: share,
  /** What is known from before: how long, and how many pods by themselves. */
  history: z.strictObject({ seconds: z.number().nonnegative(), pods: z.number().int().nonnegative() }),
});
export type World = z.infer<typeof World>;

/** What is wrong with the new version, all of it at once. Nothing of it is: a healthy version. */
export const Effect = z.strictObject({
  errorPoints: share.default(0),
  latencyPercent: z.number().min(-90).default(0),
  /** A share of the requests becomes so many times slower. */
  tailPercent: share.default(0),
  tailTimes: positive.default(8),
  latencyPercentPerMinute: z.number().nonnegative().default(0),
  cpuPoints: z.number().default(0),
  memoryPointsPerMinute: z.number().default(0),
  restartsPerPodMinute: z.number().nonnegative().default(0),
  /** So many percent fewer orders, of those that there were. */
  businessPercent: share.default(0),
});
export type Effect = z.infer<typeof Effect>;

export const When = z.strictObject({
  /** Since the new version had its first request. */
  afterSeconds: z.number().nonnegative().default(0),
  /** Only when it has at least this share of the traffic. */
  fromTrafficPercent: share.default(0),
  /** Grows to its full size within this time; 0 at once. */
  rampSeconds: z.number().nonnegative().default(0),
  /** Comes and goes: so long in each period. Null: stays. */
  intermittent: z.strictObject({ everySeconds: positive, forSeconds: positive }).nullable().default(null),
});
export type When = z.infer<typeof When>;

export const Fault = z.strictObject({
  name: z.string().min(1),
  effect: Effect.prefault({}),
  when: When.prefault({}),
});
export type Fault = z.infer<typeof Fault>;

/** How the rollout goes, and what is wrong with what is rolled out. */
export const Situation = z.strictObject({
  name: z.string().min(1),
  stages: z
    .array(z.strictObject({ trafficPercent: z.number().positive().max(100), seconds: positive }))
    .min(1),
  lookEverySeconds: positive,
  fault: Fault.nullable(),
});
export type Situation = z.infer<typeof Situation>;
