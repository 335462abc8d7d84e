import { allAtOnce } from './all-at-once.ts';
import { blueGreen } from './blue-green.ts';
import { canary } from './canary.ts';
import { contract } from './contract.ts';
import { inPlace } from './in-place.ts';
import { rolling } from './rolling.ts';
import type { Strategy } from './strategy.ts';

/** Every way for a new version to take over. */
export const strategies: readonly Strategy[] = [rolling, canary, blueGreen, allAtOnce, inPlace];

/** One of those, or the one that only an order can ask for. */
export function strategyNamed(id: string): Strategy | null {
  if (id === contract.id) return contract;
  return strategies.find((strategy) => strategy.id === id) ?? null;
}
