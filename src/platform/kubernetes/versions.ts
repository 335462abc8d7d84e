import type { KnownVersion } from '../platform.ts';
import { createdMs, type Generation } from './generations.ts';

/** What the cluster still knows of earlier versions: the templates of kept ReplicaSets, newest first, each name once. */
export function versionsOf(generations: readonly Generation[], limit: number): KnownVersion[] {
  const newestFirst = generations
    .map(({ version, replicaSet, isWanted }) => ({
      ...version,
      note: isWanted ? 'what the cluster wants now' : null,
      createdAtMs: replicaSet === null ? null : createdMs(replicaSet) || null,
    }))
    .toSorted(
      (a, b) => (b.createdAtMs ?? Number.POSITIVE_INFINITY) - (a.createdAtMs ?? Number.POSITIVE_INFINITY),
    );
  const names = new Set<string>();
  return newestFirst.filter(({ name }) => !names.has(name) && names.add(name)).slice(0, limit);
}
