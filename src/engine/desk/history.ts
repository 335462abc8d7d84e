import { replay } from '../../core/deployment.ts';
import type { Outcome } from '../../core/event.ts';
import { isSameVersion, type Version } from '../../core/plan.ts';
import type { Store } from '../../store/store.ts';
import { newReleaseId } from '../writing.ts';
import type { Place } from './place.ts';

const DEPLOYMENTS_MAX = 30;

/** What was deployed at one place, newest first. */
export type History = readonly Chapter[];

export type Chapter = {
  readonly deploymentId: string;
  readonly version: string;
  readonly commit: string | null;
  /** The release that it made there; null where it never came to that. */
  readonly releaseId: string | null;
  /** What ran before it. */
  readonly before: string | null;
  readonly purpose: 'deploy' | 'roll-back';
  readonly outcome: Outcome | null;
  readonly startedAtMs: number;
};

export async function historyOf({ journal }: Store, { id, service, environment }: Place): Promise<History> {
  const summaries = await journal.list({
    service: service.name,
    environment: environment.name,
    isActive: false,
    limit: DEPLOYMENTS_MAX,
  });
  const chapters = await Promise.all(
    summaries.map(async ({ deploymentId, outcome, startedAtMs }) => {
      const entries = await journal.read(deploymentId, 0);
      if (entries.length === 0) return [];
      // The plan that was carried out, which need not be the one that was asked for.
      const deployment = replay(entries);
      const { targets, purpose } = deployment.plan;
      return targets
        .filter((target) => target.id === id)
        .map(({ version, before }) => ({
          deploymentId,
          version: version.name,
          commit: version.commit,
          releaseId: newReleaseId(deployment, id),
          before: before?.version.name ?? null,
          purpose,
          outcome,
          startedAtMs,
        }));
    }),
  );
  return chapters.flat();
}

/**
 * What to go back to: the newest version that ran before the one that runs now and that nobody has gone back from
 * since. Going back twice does not lead to where the trouble was.
 */
export function lastGood(history: History, running: string | null): string | null {
  const gone = new Set<string>(running === null ? [] : [running]);
  for (const chapter of history) {
    for (const version of leftBy(chapter)) gone.add(version);
    if (chapter.outcome !== 'deployed') continue;
    const good = [chapter.version, chapter.before].find((version) => version !== null && !gone.has(version));
    if (good != null) return good;
  }
  return null;
}

/** The versions that a deployment went away from because something was wrong with them. */
function leftBy({ outcome, purpose, before, version }: Chapter): string[] {
  if (outcome === 'rolled-back') return [version];
  return outcome === 'deployed' && purpose === 'roll-back' && before !== null ? [before] : [];
}

/** What people call what runs: a platform that keeps no names tells its commit, and we remember what we deployed. */
export function nameOf(history: History, running: Version | null): string | null {
  if (running === null) return null;
  const known = history.find(({ version, commit }) => isSameVersion({ name: version, commit }, running));
  return known?.version ?? running.name;
}

/** The release of a version that ran well, which the platform may still keep. */
export function keptOf(history: History, version: Version): string | null {
  const served = history.find(
    (chapter) =>
      chapter.outcome === 'deployed' &&
      isSameVersion({ name: chapter.version, commit: chapter.commit }, version),
  );
  return served?.releaseId ?? null;
}
