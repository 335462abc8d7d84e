import { duration } from '../../core/text.ts';
import type { Seen } from '../../store/store.ts';
import { sayShares } from './say.ts';

/** What runs, and how it is. A place that was never read is not known, which is neither nothing nor healthy. */
export function seenCells(seen: Seen | null): [runs: string, health: string] {
  if (seen === null || seen.atMs === 0) return ['not known', 'not known'];
  const serving = seen.releases.filter(({ trafficPercent }) => trafficPercent > 0);
  return [sayShares(serving), healthOf(serving.map(({ health }) => health))];
}

function healthOf(words: readonly string[]): string {
  if (words.length === 0) return 'nothing serves';
  return words.find((word) => word !== 'healthy') ?? 'healthy';
}

export function ago(atMs: number, nowMs: number): string {
  return `${duration(Math.max(0, nowMs - atMs))} ago`;
}
