import { z } from 'zod';
import { Failed } from '../../core/failure.ts';

/** What a value that a pipeline is given is called: an input, a variable, a parameter. */
export const ValueName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_-]{0,99}$/, 'must be letters, digits, _ and -, starting with a letter');

/** What a pipeline is given each time, besides the version and our mark. */
export const FixedValues = z.record(ValueName, z.string().max(1_000)).default({});

/** @throws {Failed} `outcome-unknown`: it was taken, and nobody knows yet what came of it */
export function notSeenYet(service: string, what: string): Failed {
  const message = `${service} has taken the order for ${what} and does not show its run yet`;
  return new Failed({ code: 'outcome-unknown', message, retryAfterMs: 5_000 });
}

/** What cannot be called off has ended by itself. @throws whatever else was said */
export function unlessEnded(error: unknown): void {
  const codes = ['conflict', 'not-found', 'rejected'];
  if (error instanceof Failed && codes.includes(error.failure.code)) return;
  throw error;
}
