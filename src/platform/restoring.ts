import type { z } from 'zod';
import type { Platform, Urgency } from './platform.ts';

/** What keeps data, as far as it can be put back to what it was. */
export type Datastore = {
  /** From when until when it can be put back; null where it cannot, with the reason. */
  points(): Promise<RestorePoints>;
  /** How it is now, read from the platform. What it says that we do not know is `unknown`. */
  look(): Promise<{ readonly state: 'serving' | 'restoring' | 'failed' | 'unknown'; readonly say: string }>;
  /**
   * Puts it back to what it was at that moment, and returns once the platform has taken the order. Twice is not once:
   * what was written in between is lost again, so that nobody repeats it before they know what became of the first.
   */
  restore(toMs: number): Promise<void>;
};

export type RestorePoints =
  | { readonly can: true; readonly earliestMs: number; readonly latestMs: number }
  | { readonly can: false; readonly say: string };

/** The part of a platform that keeps data. */
export type Restoring = {
  /** Which of its datastores. */
  readonly Address: z.ZodType;
  /** Opens nothing, calls nothing. @throws {ZodError} when the address is not one of this platform's */
  open(address: unknown, urgency?: Urgency): Datastore;
};

/** Null for a platform that keeps nothing that could be put back. */
export function restoringOf(platform: Platform): Restoring | null {
  return (platform as Partial<{ restoring: Restoring }>).restoring ?? null;
}
