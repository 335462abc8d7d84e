import { z } from 'zod';

/** What is normal for a share of requests, and how much it varies without anything being wrong. */
const ShareNormal = z.object({
  /** What was counted before the rollout. */
  hits: z.number().nonnegative(),
  of: z.number().nonnegative(),
  /** Hits come in clumps: variance within five seconds, over what independent hits would have. */
  clumping: z.number().min(1),
  /** The same over half a minute, without what lasts (`podSpread`). */
  dispersion: z.number().min(1),
  /** Variance of the logarithm of one pod's own share: some pods are always a little worse. */
  podSpread: z.number().nonnegative(),
  /** Variance over two minutes of the whole fleet against itself: what a stage without a control cannot tell apart. */
  overTime: z.number().min(1),
  /** Standard deviation of the logarithm of the fleet's share, minute by minute. */
  overTimeSd: z.number().nonnegative(),
});
export type ShareNormal = z.infer<typeof ShareNormal>;

/** One way in which latency can be different: what it does to each group of the histogram. */
const LatencyShape = z.object({
  /** So many times slower, all of it; null: only the slowest share is. */
  factor: z.number().positive().nullable(),
  isTolerable: z.boolean(),
  /** For each group, the logarithm of how much more often it would be hit. */
  ratios: z.array(z.number()),
  dispersion: z.number().min(1),
  podSpread: z.number().nonnegative(),
});

const LatencyNormal = z.object({
  limitsMs: z.array(z.number().positive()),
  /** Where each bucket of the source belongs: fine histograms are judged in fewer, well filled groups. */
  groups: z.array(z.number().int().nonnegative()),
  /** Upper limits of all groups but the last. */
  groupLimitsMs: z.array(z.number().positive()),
  shares: z.array(z.number().positive()),
  shapes: z.array(LatencyShape),
  /** The shape that is the worst acceptable one. */
  worstAcceptable: LatencyShape,
  overTime: z.number().min(1),
  overTimeSd: z.number().nonnegative(),
});
export type LatencyNormal = z.infer<typeof LatencyNormal>;

/** What is normal for a number that is read, not counted: how far one pod is from the others, over a block of time. */
const GaugeNormal = z.object({
  /** The fleet's mean; null where it was never measured. */
  level: z.number().nullable(),
  sd: z.number().positive(),
  /** How much of a difference is still there one block later: 0 nothing, 1 all of it. */
  persistence: z.number().min(0).max(0.95),
});
export type GaugeNormal = z.infer<typeof GaugeNormal>;

/** What is normal for a service: drawn from its own history, with priors where there is none. */
export const Calibration = z.object({
  /** Nothing, or too little, is known about what is normal; `because` says what is missing. */
  isWeak: z.boolean(),
  because: z.string().nullable(),
  /** So many times more evidence than usual is needed where what is normal is mostly guessed; 1 when it is known. */
  caution: z.object({
    errors: z.number().min(1),
    latency: z.number().min(1),
    /** Cpu, memory, and a p95 that is read. */
    gauges: z.number().min(1),
  }),
  errors: ShareNormal,
  latency: LatencyNormal.nullable(),
  /** For sources without a histogram: on the scale of the natural logarithm. */
  latencyP95: GaugeNormal,
  cpu: GaugeNormal,
  memory: GaugeNormal,
  /** Starts of pods that were counted, over so many hours of pods. */
  restarts: z.object({ hits: z.number().nonnegative(), podHours: z.number().nonnegative() }),
  business: z.record(z.string(), ShareNormal),
  /** What the history has; when the new version lacks it, nothing is passed. */
  measured: z.array(z.string()),
});
export type Calibration = z.infer<typeof Calibration>;
