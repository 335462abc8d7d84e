import { z } from 'zod';

/**
 * The world says no. Plain data, so that it can be journalled, logged and shown to people.
 * `outcome-unknown` is the only code that means "it may have happened all the same": every other code promises
 * that the request changed nothing.
 */
export const Failure = z.object({
  code: z.enum([
    'unauthorized',
    'not-found',
    'rejected',
    'conflict',
    'rate-limited',
    'unavailable',
    'outcome-unknown',
    'misunderstood',
    'unsupported',
    'unhealthy',
    'gate-closed',
    'too-late',
    'ambiguous',
  ]),
  message: z.string(),
  /** Milliseconds to wait before another attempt can succeed; null when no attempt ever will. */
  retryAfterMs: z.number().int().nonnegative().nullable(),
  /** What a person would look at next: the last lines of a log, already redacted. */
  evidence: z.array(z.string()).max(40).optional(),
});
export type Failure = z.infer<typeof Failure>;

/** Carries a Failure from an adapter to the engine, the only place that catches it. */
export class Failed extends Error {
  override readonly name = 'Failed';
  readonly failure: Failure;

  constructor(failure: Failure, options?: ErrorOptions) {
    super(failure.message, options);
    this.failure = failure;
  }
}
