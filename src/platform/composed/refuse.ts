import { Failed } from '../../core/failure.ts';

/** What cannot be, found out before anything is sent. */
export function refuse(code: 'rejected' | 'conflict' | 'not-found' | 'unsupported', message: string): Failed {
  return new Failed({ code, message, retryAfterMs: null });
}
