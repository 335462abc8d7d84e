import { z } from 'zod';
import { Scope } from './scope.ts';

/** Somebody broke the glass; another person has to look at it afterwards. */
export const Review = z.strictObject({
  /** What was done: `hotfix`, `kill-switch (new-checkout)`. */
  action: z.string(),
  scope: Scope,
  by: z.string(),
  /** The human being behind the account: nobody reviews themselves. */
  person: z.string(),
  why: z.string(),
  incident: z.string(),
  brokenAtMs: z.number().int(),
  /** When the review is late. */
  dueAtMs: z.number().int(),
  /** How often it was said that it is late. */
  nags: z.number().int().nonnegative(),
  closed: z.strictObject({ by: z.string(), note: z.string(), atMs: z.number().int() }).nullable(),
});
export type Review = z.infer<typeof Review>;

const DAY_MS = 24 * 3_600_000;
/** Of all together: whoever needs more has to ask those who look after the configuration. */
const BREAKS_A_DAY_MAX = 2;

/** Why the glass may not be broken now; null when it may. */
export function refuseToBreak(
  reviews: readonly Review[],
  person: string,
  nowMs: number,
): 'own-review-open' | 'too-often' | null {
  // Switching something off passes nothing that anybody has to say yes to: it keeps nobody from a hotfix.
  const passes = reviews.filter(({ action }) => !action.startsWith('kill-switch'));
  if (passes.some((review) => review.person === person && review.closed === null)) return 'own-review-open';
  const lately = passes.filter(({ brokenAtMs }) => nowMs - brokenAtMs < DAY_MS);
  return lately.length >= BREAKS_A_DAY_MAX ? 'too-often' : null;
}
