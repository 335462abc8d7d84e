import type { z } from 'zod';
import type { Platform, Urgency } from './platform.ts';

/** One name of DNS that says where people go, for the day on which they have to go somewhere else. */
export type NameRecord = {
  /** As it is now, read from whoever answers for the zone. @throws {Failed} `ambiguous` where several records share the name */
  look(): Promise<NameStanding>;
  /**
   * Points it there. A desired state: asking twice is harmless, and what became of a lost call is `look`'s to say.
   * @param seen the content that the decision was made upon
   * @throws {Failed} `conflict`, before anything is changed, where it points somewhere else by now
   */
  point(content: string, seen: string): Promise<void>;
};

export type NameStanding = {
  readonly content: string;
  /** How long others may remember the old content, in milliseconds; null where it takes effect at once. */
  readonly ttlMs: number | null;
};

/** The part of a platform that answers for names. */
export type Naming = {
  /** Which record. */
  readonly Address: z.ZodType;
  /** Opens nothing, calls nothing. @throws {ZodError} when the address is not one of this platform's */
  open(address: unknown, urgency?: Urgency): NameRecord;
};

/** Null for a platform that keeps no names. */
export function namingOf(platform: Platform): Naming | null {
  return (platform as Partial<{ naming: Naming }>).naming ?? null;
}
