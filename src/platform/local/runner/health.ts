import type { Health } from '../../platform.ts';

export type HealthState = {
  readonly health: Extract<Health, 'starting' | 'healthy' | 'unhealthy'>;
  readonly say: string;
  /** Answers that were not 200, in a row. */
  readonly failuresInARow: number;
};

/** What came back when it was asked how it is. */
export type Probe = { readonly isGood: boolean; readonly say: string };

export const UNHEALTHY_AFTER = 3;

export const newborn: HealthState = { health: 'starting', say: 'not asked yet', failuresInARow: 0 };

/**
 * Starting until the first good answer, however long that takes: when to give up is the caller's to say. After that it
 * takes three bad answers in a row to be unhealthy, and one good answer to be healthy again.
 */
export function nextHealth(state: HealthState, { isGood, say }: Probe): HealthState {
  if (isGood) return { health: 'healthy', say, failuresInARow: 0 };
  const failuresInARow = state.failuresInARow + 1;
  if (state.health === 'starting') return { health: 'starting', say, failuresInARow };
  const isUnhealthy = state.health === 'unhealthy' || failuresInARow >= UNHEALTHY_AFTER;
  return { health: isUnhealthy ? 'unhealthy' : 'healthy', say, failuresInARow };
}
