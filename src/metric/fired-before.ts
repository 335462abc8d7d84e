import type { Verdict } from '../core/verdict.ts';
import type { Asked } from './metric.ts';

/** Whether something fires since before the new version had any traffic. Nobody says since when: then it is not known to. */
export function isFromBefore(
  { trafficSinceMs }: Pick<Asked, 'trafficSinceMs'>,
  sinceMs: number | null | undefined,
): boolean {
  if (trafficSinceMs === undefined || sinceMs === null || sinceMs === undefined) return false;
  return !Number.isNaN(sinceMs) && sinceMs < trafficSinceMs;
}

/** A moment as alerting systems write it; null where there is none. */
export function atMs(written: string | null | undefined): number | null {
  return written === null || written === undefined ? null : Date.parse(written);
}

/** What fired before is not laid on the new version, and is no reason to trust it either: a person may say go on. */
export function firedBefore(names: string): Verdict {
  return {
    kind: 'unknown',
    because: `was so before the new version had any traffic, and is not laid on it: ${names}`,
  };
}
