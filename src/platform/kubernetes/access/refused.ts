import { Failed } from '../../../core/failure.ts';

/** Nothing was sent: the way to the cluster cannot be used as it is written. */
export function refusedAccess(message: string): Failed {
  return new Failed({ code: 'rejected', message, retryAfterMs: null });
}
