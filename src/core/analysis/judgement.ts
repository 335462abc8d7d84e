import { z } from 'zod';
import { Verdict } from '../verdict.ts';

/** What is concluded about one measure, with the numbers that it rests on. */
export const MeasureVerdict = z.object({
  measure: z.string(),
  verdict: Verdict,
  /** In the measure's own unit: percent for shares and use, milliseconds for latency. Null: not measured. */
  canary: z.number().nullable(),
  stable: z.number().nullable(),
  canaryRequests: z.number().nonnegative(),
  stableRequests: z.number().nonnegative(),
  /** How sure it is that it is worse: a healthy release looks this bad once in so many rollouts; null below 1. */
  onceIn: z.number().positive().nullable(),
  /** Judged against what ran before rather than beside it, or from a quantile: weaker, and shown so. */
  isWeak: z.boolean(),
});
export type MeasureVerdict = z.infer<typeof MeasureVerdict>;

/** What is concluded about a stage, now. */
export const Judgement = z.object({
  /**
   * `pass`: may go on. `fail`: has to go back. `unknown`: neither is certain. What was passed before its time says so in
   * its sentence.
   */
  verdict: Verdict,
  /** More than chance, less than certain, or the old version is ill as well: nothing goes on meanwhile. */
  isPaused: z.boolean(),
  /** How fast to act on a `fail`: `hard` limits need no countdown. */
  severity: z.enum(['hard', 'strong', 'plain']),
  measures: z.array(MeasureVerdict),
  /** Requests of the new version that failed beyond what the old one would have failed, so far; null: not known. */
  excessErrors: z.number().nullable(),
});
export type Judgement = z.infer<typeof Judgement>;
