import { replay } from '../core/deployment.ts';
import { phaseOf } from '../core/report-of.ts';
import type { Journal, TargetState } from '../store/store.ts';

/**
 * Who holds a place that a deployment has: a person who stopped what has not begun yet; a deployment that ended so that a
 * person has to look; or a product of which one service failed, until somebody decides.
 */
export type Held =
  | { readonly how: 'by-person'; readonly by: string; readonly sinceMs: number }
  | { readonly how: 'for-person'; readonly deploymentId: string; readonly sinceMs: number }
  | { readonly how: 'undecided' };

type Taken = Pick<TargetState, 'id' | 'takenBy'>;

/** By the id of the place. What still goes on by itself is held by nobody. */
export async function heldAmong(
  journal: Pick<Journal, 'find' | 'read'>,
  states: readonly Taken[],
): Promise<ReadonlyMap<string, Held>> {
  const takers = [...new Set(states.flatMap(({ takenBy }) => takenBy ?? []))];
  const found = await Promise.all(takers.map(async (id) => [id, await heldBy(journal, id)] as const));
  const byTaker = new Map(found);
  return new Map(
    states.flatMap(({ id, takenBy }) => {
      const held = takenBy === null ? null : (byTaker.get(takenBy) ?? null);
      return held === null ? [] : [[id, held] as const];
    }),
  );
}

async function heldBy(journal: Pick<Journal, 'find' | 'read'>, deploymentId: string): Promise<Held | null> {
  const summary = await journal.find(deploymentId);
  if (summary === null) return null;
  const { outcome, startedAtMs, endedAtMs } = summary;
  if (outcome !== null) return { how: 'for-person', deploymentId, sinceMs: endedAtMs ?? startedAtMs };
  const deployment = replay(await journal.read(deploymentId, 0));
  if (phaseOf(deployment) !== 'held') return null;
  const { held } = deployment.people;
  return held === null || deployment.direction === 'backward'
    ? { how: 'undecided' }
    : { how: 'by-person', by: held.by, sinceMs: held.atMs };
}
