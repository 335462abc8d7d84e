import type { ConfiguredMigrations } from '../../core/catalog.ts';
import { Failed } from '../../core/failure.ts';
import type { DatastoreAt } from '../../core/migration.ts';
import { duration } from '../../core/text.ts';
import type { DatabaseStanding } from '../../migration/database.ts';
import type { Datastore } from '../../platform/restoring.ts';
import type { EngineParts } from '../parts.ts';
import { datastoreOf } from '../recover/signpost.ts';

/**
 * How far what a platform keeps may lie behind. Supabase uploads its log every two minutes, and not at all while nobody
 * writes, so that the newest moment may be hours old there (https://supabase.com/docs/guides/platform/backups, “Backup
 * process” of point-in-time recovery). Whether nobody wrote in these hours or the upload stands still nobody can tell.
 */
const BEHIND_MAX_MS = 300_000;

export const BEHIND_MAX = duration(BEHIND_MAX_MS);

/** By whom the database of an environment is kept; null where nobody is named. */
export function datastoreIn({ datastores }: ConfiguredMigrations, environment: string): DatastoreAt | null {
  return datastores?.[environment] ?? null;
}

/** Whether a moment can be marked, as the platform says that keeps it; the database itself where none is named. */
export async function protectionAt(
  parts: EngineParts,
  datastore: DatastoreAt | null,
  { protection }: DatabaseStanding,
): Promise<DatabaseStanding['protection']> {
  if (datastore === null) return protection;
  try {
    const kept = await newestKept(datastoreOf(parts, datastore, 'usual'), await parts.store.nowMs());
    return kept.kind === 'no' ? { can: false, say: kept.say } : { can: true };
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    return { can: false, say: `${datastore.platform} could not be asked for one: ${error.message}` };
  }
}

/** What people have to know of a moment that nobody marks; no numbers, so that it is the same when it is asked again. */
export function sayKept({ platform }: DatastoreAt): string {
  return `${platform} keeps moments to put all of the database back to, up to ${BEHIND_MAX} behind: which one it is will be said before the first migration`;
}

type Kept =
  | { readonly kind: 'at'; readonly ms: number }
  /** It can be put back, but the newest moment is too old, or lies where no clock has been yet. */
  | { readonly kind: 'no'; readonly isLate: boolean; readonly say: string };

/** The newest moment that the platform has for certain, and never one that it may have later. @throws {Failed} */
export async function newestKept(datastore: Datastore, nowMs: number): Promise<Kept> {
  const points = await datastore.points();
  if (!points.can) return { kind: 'no', isLate: false, say: points.say };
  const { earliestMs, latestMs } = points;
  if (latestMs < earliestMs || latestMs > nowMs + BEHIND_MAX_MS)
    return { kind: 'no', isLate: false, say: 'from when until when it can be put back makes no sense' };
  if (latestMs < nowMs - BEHIND_MAX_MS) {
    const say = `the newest moment that it can be put back to is older than ${BEHIND_MAX}, and nobody can tell what was written since`;
    return { kind: 'no', isLate: true, say };
  }
  return { kind: 'at', ms: Math.min(latestMs, nowMs) };
}
