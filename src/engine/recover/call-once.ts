import { Failed } from '../../core/failure.ts';
import type { StepState } from '../../core/run.ts';
import { type Performed, performed, type Task } from './task.ts';

/** Longer than any call may take, with whatever the platform takes to show it: until then its absence proves nothing. */
const SETTLED_MS = 60_000;

/** Why nothing may be called yet, because the last call may still be on its way; null: it may. */
export function mayCallAgain({ effect }: StepState, nowMs: number): string | null {
  if (effect === undefined) return null;
  return nowMs - effect.sentAtMs < SETTLED_MS ? `call ${effect.number} is not to be seen yet` : null;
}

/**
 * One call, written down before it is made. `taken` when the platform has said yes; otherwise what is known: refused
 * with the promise that nothing was changed, or lost, which the next look finds out about.
 */
export async function callOnce(task: Task, call: () => Promise<void>): Promise<Performed | 'taken' | null> {
  if (!(await task.intend())) return null;
  try {
    await call();
    return 'taken';
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    const { code, message, retryAfterMs } = error.failure;
    if (code === 'outcome-unknown' || code === 'misunderstood') {
      return { kind: 'note', say: `what became of the call is not known: ${message}` };
    }
    return retryAfterMs === null
      ? performed('failed', message)
      : { kind: 'note', say: message, call: 'refused' };
  }
}
