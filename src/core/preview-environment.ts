import { z } from 'zod';
import { Scope } from './scope.ts';

/** A copy that lives for a while beside everything else, as it hangs on the board. */
export const PreviewEnvironment = z.object({
  /** Whose copy it is: the place whose platform makes it. */
  scope: Scope,
  /** What the platform calls it; null until that has answered. Nothing else is ever destroyed. */
  previewId: z.string().nullable(),
  /** Names the call that makes it. */
  intentId: z.string(),
  version: z.object({ name: z.string(), commit: z.string().nullable() }),
  url: z.string().nullable(),
  owner: z.string(),
  sinceMs: z.number(),
  endsAtMs: z.number(),
  /** Whether its owner was told that it ends soon. */
  isWarned: z.boolean(),
  /** Why it could not be destroyed last time. */
  problem: z.string().nullable(),
  ended: z
    .object({
      /** `gone`: somebody else took it away. `not-made`: it never came to be. */
      how: z.enum(['destroyed', 'over', 'gone', 'not-made']),
      by: z.string().nullable(),
      atMs: z.number(),
    })
    .nullable(),
});
export type PreviewEnvironment = z.output<typeof PreviewEnvironment>;

const WARN_BEFORE_MS = 3_600_000;

/** When its owner is told: an hour before its end, or halfway for what lives shorter than two. */
export function warnAtMs({ sinceMs, endsAtMs }: Pick<PreviewEnvironment, 'sinceMs' | 'endsAtMs'>): number {
  return Math.max(endsAtMs - WARN_BEFORE_MS, sinceMs + (endsAtMs - sinceMs) / 2);
}

/** When somebody has to look at it next. */
export function previewDueMs(preview: PreviewEnvironment): number | null {
  if (preview.ended !== null) return null;
  return preview.isWarned ? preview.endsAtMs : warnAtMs(preview);
}
