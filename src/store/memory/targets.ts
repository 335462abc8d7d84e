import type { Seen, Targets } from '../store.ts';
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
  };
}

/** A platform that could not be read says nothing new about what runs there. */
function withLastReleases(seen: Seen, before: Seen | null): Seen {
  return seen.problem === null ? seen : { ...seen, releases: before?.releases ?? seen.releases };
}
