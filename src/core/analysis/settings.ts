import { z } from 'zod';

/** A limit that somebody wrote down. It is judged with statistics too: broken only when that is sure. */
export const Limit = z.object({
  measure: z.enum(['errors', 'latency-p95', 'cpu', 'memory']),
  /** `absolute`: percent of requests, milliseconds, percent. `over-stable`: percentage points for shares, percent for latency. */
  against: z.enum(['absolute', 'over-stable']),
  max: z.number().nonnegative(),
  /**
   * Whether it has to be shown to be kept before a version goes on. Otherwise it is a guard: what was measured has to be
   * within it, and how many requests that takes is said by `requestsMin`.
   */
  mustBeShown: z.boolean().default(true),
});
export type Limit = z.infer<typeof Limit>;

/** How a rollout is judged; part of the plan, so that its hash binds it. */
export const JudgeSettings = z.object({
  /** How many of a hundred healthy rollouts may be stopped for nothing, over all measures, stages and looks together. */
  falseAlarmPercent: z.number().positive().max(50),
  /** Differences up to this are not worth going back for. */
  tolerated: z.object({
    /** Percentage points of errors. */
    errorPoints: z.number().nonnegative(),
    /** Percent of latency. */
    latencyPercent: z.number().nonnegative(),
  }),
  /** The worst that may be let through; certified before a stage is passed early. */
  acceptable: z.object({
    errorPoints: z.number().positive(),
    /** Null: nothing has to be ruled out. What is surely slower is still taken back. */
    latencyPercent: z.number().positive().nullable(),
  }),
  limits: z.array(Limit),
  /** Counters of the business by name, and which way is bad. */
  business: z.array(z.object({ name: z.string(), isBad: z.enum(['more', 'fewer']) })),
  /** The stages of the whole rollout, in order. */
  stages: z.array(
    z.object({ trafficPercent: z.number().min(0).max(100), durationMs: z.number().positive() }),
  ),
  /** How often there is a look. */
  lookEveryMs: z.number().positive(),
  /** Latency and use of resources say nothing while a version warms up, after each stage began. */
  warmUpMs: z.number().nonnegative(),
  /** Whether a stage may end before its time when it is certain enough. */
  mayPassEarly: z.boolean(),
  /** With fewer requests of the new version than this nothing is passed. */
  requestsMin: z.number().int().positive(),
});
export type JudgeSettings = z.infer<typeof JudgeSettings>;
