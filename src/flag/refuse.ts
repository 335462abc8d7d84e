import { Failed, type Failure } from '../core/failure.ts';

/** A failure that no other attempt would mend. */
export function refused(code: Failure['code'], message: string): Failed {
  return new Failed({ code, message, retryAfterMs: null });
}

/** Somebody changed it between reading and writing. */
export function changedSince(key: string, environment: string): Failed {
  return refused('conflict', `${key} in ${environment} was changed by somebody else a moment ago`);
}
