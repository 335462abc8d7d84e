import type { Seen, Targets } from '../store.ts';
import { putDown } from './board.ts';
import { kept } from './kept.ts';
import { type State, targetRecord } from './state.ts';

export function memoryTargets(state: State): Targets {
  return {
    all: async () =>
      [...state.targets]
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([id, { believed, seen }]) => ({ id, believed, seen, takenBy: state.takers.get(id) ?? null })),
    saw: async (targetId, seen) => {
      const record = targetRecord(state, targetId);
      record.seen = kept(withLastReleases(seen, record.seen));
    },
    adopt: async ({ target, releaseId, version, sheet }) => {
      if (state.takers.has(target)) return 'taken';
      const put = putDown(state, sheet);
      if (put !== 'written') return put;
      const believed = { releaseId, version, deploymentId: null, sinceMs: state.nowMs() };
      targetRecord(state, target).believed = kept(believed);
      return 'adopted';
    },
  };
}

/** A platform that could not be read says nothing new about what runs there. */
function withLastReleases(seen: Seen, before: Seen | null): Seen {
  return seen.problem === null ? seen : { ...seen, releases: before?.releases ?? seen.releases };
}
