import type { DeploymentEvent } from './event.ts';
import { errorPercent } from './numbers.ts';

/** What was seen of both versions when it was last written down, at the share that was being watched. */
export type WatchPoint = {
  readonly atMs: number;
  readonly canaryErrorPercent: number | null;
  readonly stableErrorPercent: number | null;
  readonly canaryP95Ms: number | null;
  readonly stableP95Ms: number | null;
};

const POINTS_MAX = 40;

/** One point more. When there are too many every other one goes, so that the whole time stays in the picture. */
export function withPoint(
  points: readonly WatchPoint[],
  { numbers, numbersBefore }: Extract<DeploymentEvent, { kind: 'judged' }>,
  atMs: number,
): readonly WatchPoint[] {
  if (numbers === null) return points;
  const point: WatchPoint = {
    atMs,
    canaryErrorPercent: errorPercent(numbers),
    stableErrorPercent: numbersBefore === null ? null : errorPercent(numbersBefore),
    canaryP95Ms: numbers.latencyP95Ms,
    stableP95Ms: numbersBefore?.latencyP95Ms ?? null,
  };
  const kept = points.length < POINTS_MAX ? points : points.filter((_, index) => index % 2 === 1);
  return [...kept, point];
}
