import { z } from 'zod';

/**
 * Whether the version that ran before still works with what the database has become. Not known is treated like no, and
 * said as what it is.
 */
export const Light = z.enum(['safe-to-roll-back', 'needs-forward-fix', 'unknown']);
export type Light = z.infer<typeof Light>;

/** `expand` leaves what runs before it alive and comes before the release; `contract` is an order of its own, later. */
export const Phase = z.enum(['expand', 'contract']);
export type Phase = z.infer<typeof Phase>;

/** One migration as a plan binds it. */
export const PlannedMigration = z.object({
  id: z.string(),
  /** SHA-256 of the script, in hexadecimal. */
  checksum: z.string(),
  light: Light,
  /** What its statements do to whoever uses the database, each in one sentence without a full stop. */
  findings: z.array(z.string()),
  /** Whether the script that takes it back is there; a person runs it, never this program. */
  isReversible: z.boolean(),
});
export type PlannedMigration = z.infer<typeof PlannedMigration>;

/** What a plan does to the database of one target. */
export const PlannedMigrations = z.object({
  phase: Phase,
  /** `prisma`, `sql`: how they are written. */
  kind: z.string(),
  /** Where the address of the database is kept: a reference, never the address. */
  database: z.string(),
  /** Where the scripts are read. */
  from: z.string(),
  pending: z.array(PlannedMigration),
  /** Whether the version before can come back once this is done. */
  light: Light,
  /** Why, in one sentence without a full stop. */
  because: z.string(),
});
export type PlannedMigrations = z.infer<typeof PlannedMigrations>;

/** Whether going on may mean that there is no way back. */
export function isOneWayDoor(planned: PlannedMigrations | undefined): boolean {
  return planned !== undefined && planned.light !== 'safe-to-roll-back';
}

/** Which of a platform's datastores a database is; the address in the platform's own words. */
export const DatastoreAt = z.object({ platform: z.string(), address: z.json() });
export type DatastoreAt = z.infer<typeof DatastoreAt>;

/** A question to the database that must find nothing wrong: no rows, or one `true`. */
export const IntegrityQuery = z.object({ name: z.string(), sql: z.string() });
export type IntegrityQuery = z.infer<typeof IntegrityQuery>;

const worstFirst: readonly Light[] = ['needs-forward-fix', 'unknown', 'safe-to-roll-back'];

/** Of several the worst; of none the best, because nothing was changed. */
export function worstLight(lights: readonly Light[]): Light {
  return worstFirst.find((light) => lights.includes(light)) ?? 'safe-to-roll-back';
}

const words: Record<Light, string> = {
  'safe-to-roll-back': 'safe to roll back',
  'needs-forward-fix': 'needs a forward fix',
  unknown: 'not known whether it is safe to roll back',
};

export function sayLight(light: Light): string {
  return words[light];
}
