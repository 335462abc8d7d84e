import { z } from 'zod';

/**
 * What a person may say to a version that is about to be taken back: back at once; stay at this share until somebody
 * decides; go on all the same; or it is a false alarm, and watching begins anew.
 */
export const TurnAnswer = z.enum(['now', 'hold', 'go-on', 'dismiss']);
export type TurnAnswer = z.infer<typeof TurnAnswer>;

/** What one version did over a whole stage, or another stretch of time. */
export const Sum = z.object({
  requests: z.number().nonnegative(),
  errors: z.number().nonnegative(),
  latency: z.array(z.number().nonnegative()).nullable(),
});
export type Sum = z.infer<typeof Sum>;

/** Both versions since a moment. */
export const Sums = z.object({ sinceMs: z.number(), canary: Sum, stable: Sum.nullable() });
export type Sums = z.infer<typeof Sums>;

/** All that is known from one source, so far: plain JSON of a bounded size. */
export const SourceEvidence = z.object({
  /** Where its next reading goes on; the source's own. */
  cursor: z.json().nullable(),
  /** The judge's own; null before the first stretch, and after a person has said that it was a false alarm. */
  state: z.unknown().nullable(),
  /** When the newest stretch ended. */
  atMs: z.number().nullable(),
  latencyLimitsMs: z.array(z.number()),
  /** Over the stage that is being watched, for people. */
  sums: Sums.nullable(),
  cpuPercent: z.number().nullable(),
  memoryMb: z.number().nullable(),
  /** What was missing at the newest reading, in sentences without a full stop. */
  gaps: z.array(z.string()),
});
export type SourceEvidence = z.infer<typeof SourceEvidence>;
