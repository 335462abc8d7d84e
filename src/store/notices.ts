import type { Lane, Notice } from './store.ts';

/** Lanes as they are kept: the lower goes first. */
export const laneOrder: Record<Lane, number> = { critical: 0, report: 1, progress: 2 };

/** The newest notice of each key, at the place where the key came first: one writing makes a row newer only once. */
export function newestOfEach(notices: readonly Notice[]): Notice[] {
  return [...new Map(notices.map((notice) => [notice.key, notice])).values()];
}
