import { type Light, worstLight } from '../../core/migration.ts';
import { isSameVersion, type Version } from '../../core/plan.ts';
import type { AppliedMigration, DatabaseStanding } from '../../migration/database.ts';
import { type Chapter, type History, historyOf } from '../desk/history.ts';
import type { Place } from '../desk/place.ts';
import type { EngineParts } from '../parts.ts';

export type WayBack = { readonly light: Light; readonly because: string };

export const nothingSince: WayBack = {
  light: 'safe-to-roll-back',
  because: 'the database has not been changed by us since that version was deployed',
};

/**
 * Whether a version can run on what the database is now: by what was applied that this version does not know. Where the
 * scripts are read by commit those are the ones that it does not have; elsewhere those that were run after it was first
 * deployed here.
 */
export async function wayBackTo(
  parts: EngineParts,
  place: Place,
  version: Version,
  { applied, others, halfWay }: DatabaseStanding,
): Promise<WayBack> {
  const [half] = halfWay;
  if (half !== undefined) {
    const because = `nobody can tell whether ${version.name} works with a database in which a migration stopped half-way: ${half.say}`;
    return { light: 'unknown', because };
  }
  const ours = [...applied, ...others].filter(({ by }) => by === 'us');
  if (place.service.migrations?.from === 'source') return judged(others, version);
  if (ours.length === 0) return nothingSince;
  const history = await historyOf(parts.store, place);
  const first = firstOf(history, version, ours);
  if (first === null) {
    return {
      light: 'unknown',
      because: `nobody remembers which of the ${ours.length} migrations ${version.name} knows`,
    };
  }
  return judged(
    ours.filter((each) => isLater(each, first, history)),
    version,
  );
}

/**
 * Whether a version that is about to come up can run on what the database is, before anything is run for it. In a folder
 * of this host the scripts are whatever comes up next: who was never here is not older than they are.
 */
export async function fitOf(
  parts: EngineParts,
  place: Place,
  version: Version,
  standing: DatabaseStanding,
): Promise<WayBack> {
  const isByCommit = place.service.migrations?.from === 'source';
  const { applied, others } = standing;
  const history = await historyOf(parts.store, place);
  const isNew = !isByCommit && firstOf(history, version, [...applied, ...others]) === null;
  return isNew ? nothingSince : wayBackTo(parts, place, version, standing);
}

/** The database and we go by two clocks: they are compared only where nothing better is known, and then with a margin. */
const CLOCKS_APART_MS = 600_000;

/** Whether a migration was run by a deployment that came after this one, of which we remember the order. */
function isLater(
  { deploymentId, finishedAtMs }: AppliedMigration,
  first: Chapter,
  history: History,
): boolean {
  const at = history.findIndex((chapter) => chapter.deploymentId === deploymentId);
  if (at >= 0) return at < history.indexOf(first);
  return (finishedAtMs ?? 0) >= first.startedAtMs - CLOCKS_APART_MS;
}

/**
 * The oldest that is remembered: a version that came back later knows no more than when it was made. What a deployment of
 * it has run it knows, however that deployment has ended.
 */
function firstOf(
  history: History,
  version: Version,
  applied: readonly Pick<AppliedMigration, 'deploymentId'>[],
): Chapter | null {
  const runners = new Set(applied.map(({ deploymentId }) => deploymentId));
  const deployed = history.filter(
    (chapter) =>
      (chapter.outcome === 'deployed' || runners.has(chapter.deploymentId)) &&
      chapter.purpose === 'deploy' &&
      isSameVersion({ name: chapter.version, commit: chapter.commit }, version),
  );
  return deployed.at(-1) ?? null;
}

function judged(unknown: readonly AppliedMigration[], version: Version): WayBack {
  if (unknown.length === 0) return nothingSince;
  const light = worstLight(unknown.map((each) => each.light ?? 'unknown'));
  const worst = unknown.filter((each) => (each.light ?? 'unknown') === light).map(({ id }) => id);
  const names = worst.slice(0, 3).join(', ') + (worst.length > 3 ? ` and ${worst.length - 3} more` : '');
  const because: Record<Light, string> = {
    'safe-to-roll-back': `${version.name} does not know ${names}, and works with what that has added`,
    'needs-forward-fix': `${version.name} does not work with what ${names} has made of the database`,
    unknown: `nobody can tell whether ${version.name} works with what ${names} has made of the database`,
  };
  return { light, because: because[light] };
}
