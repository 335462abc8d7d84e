import { quorumOf } from './approval.ts';
import type { Deployment } from './deployment.ts';
import { duration } from './text.ts';

/** Whether a waiting deployment may be looked at more closely, or what it waits for. */
export type Admission =
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'end'; readonly because: string }
  /** To be written down, and then looked at again. */
  | { readonly kind: 'missed' }
  | { readonly kind: 'remind' }
  | { readonly kind: 'ready' };

/** So much later than its time nobody expects it any more, whatever kept it: it is asked about, never started. */
export const LATE_MS = 10 * 60_000;
/** So long before its time whoever scheduled it is reminded. */
export const REMIND_MS = 30 * 60_000;
/** An order that has stood in line or in front of a freeze for so long is not started out of the blue. */
const PATIENCE_MS = 7 * 24 * 3_600_000;

/** Pure: what time and people say. Roles, locks, freezes and the world are looked at when it is ready. */
export function considerStart(deployment: Deployment, nowMs: number): Admission {
  const { people } = deployment;
  const { untilMs } = people;
  const over = overBecause(deployment, nowMs);
  if (over !== null) return { kind: 'end', because: over };
  const untilExpiryMs = (expiryOf(deployment) ?? Number.POSITIVE_INFINITY) - nowMs;
  if (untilMs !== null && nowMs < untilMs) return beforeItsTime(deployment, untilMs, nowMs, untilExpiryMs);
  if (people.isMissed) return { kind: 'wait', ms: Math.min(untilExpiryMs, LATE_MS) };
  const isLate = untilMs !== null && !people.isSaidToStart && nowMs - untilMs > LATE_MS;
  if (isLate) return { kind: 'missed' };
  return isApproved(deployment) ? { kind: 'ready' } : { kind: 'wait', ms: untilExpiryMs };
}

function isApproved({ plan, hash, people }: Deployment): boolean {
  return plan.approval === undefined || quorumOf(plan.approval, hash, people.approvals).isMet;
}

/** Why nobody waits for it any more; null while somebody may. */
function overBecause(deployment: Deployment, nowMs: number): string | null {
  const { people, plan, startedAtMs } = deployment;
  const expiresAtMs = expiryOf(deployment);
  if (expiresAtMs !== null && nowMs >= expiresAtMs) {
    const allowed = duration(plan.approval?.expiresAfterMs ?? 0);
    return isApproved(deployment)
      ? `its approval was given more than ${allowed} ago`
      : `it was not approved within ${allowed}`;
  }
  const waitedMs = nowMs - Math.max(startedAtMs, people.untilMs ?? 0);
  return waitedMs > PATIENCE_MS ? `it could not be started for ${duration(PATIENCE_MS)}` : null;
}

function beforeItsTime(
  { people }: Deployment,
  untilMs: number,
  nowMs: number,
  untilExpiryMs: number,
): Admission {
  const isSoon = untilMs - nowMs <= REMIND_MS;
  // Whoever schedules something for a moment from now needs no reminder.
  const isNews = untilMs - people.askedAtMs > 2 * REMIND_MS;
  if (isSoon && isNews && !people.isReminded) return { kind: 'remind' };
  const toReminderMs = isNews && !people.isReminded ? untilMs - REMIND_MS - nowMs : Number.POSITIVE_INFINITY;
  return { kind: 'wait', ms: Math.min(untilMs - nowMs, toReminderMs, untilExpiryMs) };
}

/** When it ends unless people have said yes, or what they said is used; null where nobody has to. */
export function expiryOf({ plan, people }: Deployment): number | null {
  if (plan.approval === undefined) return null;
  // What is approved for a moment is approved until that moment.
  return Math.max(people.askedAtMs, people.untilMs ?? 0) + plan.approval.expiresAfterMs;
}
