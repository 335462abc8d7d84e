import { clamped, oneSample, surelyMore } from './analysis/two-shares.ts';
import { errorPercent, type Numbers } from './numbers.ts';
import type { Sum } from './turn.ts';
import type { VigilSource } from './vigil.ts';

/**
 * Logarithm of how much likelier it is that it is worse: looked at every half minute for weeks, it is hardly ever chance
 * alone.
 */
const SURE = 12.5;
/** Errors and slow answers come in clumps, which say less than so many that come one by one. */
const CLUMPS = 2;
const REQUESTS_MIN = 20;
/** Of what was plainly bad already nobody has to wait until there is twice as much. */
const POINTS_ENOUGH = 0.25;
/** Nobody feels less, however often it is as slow. */
const SLOWER_MIN_MS = 50;
/** Of a p95. */
const SLOW = 0.05;

/** How the new version was, and how it is. */
export type Compared = {
  readonly than: NonNullable<VigilSource['than']>;
  readonly now: Sum;
  readonly numbers: Numbers;
  readonly latencyLimitsMs: readonly number[];
};

/** So much better than it was when something was last said of it, that it may become worse anew. */
export function isWellAgain({ than, now, numbers }: Compared, acceptablePoints: number): boolean {
  const { latencyP95Ms } = numbers;
  const isFaster =
    latencyP95Ms !== null && than.latencyP95Ms !== null && 2 * latencyP95Ms <= than.latencyP95Ms;
  return isFaster || hasMoreErrors({ ...now, latencyP95Ms }, { ...than, latency: null }, acceptablePoints);
}

/** In what a version is clearly worse than it was, each in a few words; none where it is in nothing. */
export function worseIn(compared: Compared, acceptablePoints: number): string[] {
  const { than, now, numbers } = compared;
  return [
    ...(hasMoreErrors(than, now, acceptablePoints)
      ? [
          `${say(errorPercent(numbers))} % errors in ${numbers.requests} requests, ${say((100 * than.errors) / than.requests)} % before`,
        ]
      : []),
    ...(isSlower(compared)
      ? [`p95 ${say(numbers.latencyP95Ms)} ms, ${say(than.latencyP95Ms)} ms before`]
      : []),
  ];
}

/**
 * Twice as many errors, or a quarter of all requests more; by more than what the plan calls acceptable, and by more than
 * chance.
 */
function hasMoreErrors(than: Compared['than'], now: Sum, acceptablePoints: number): boolean {
  if (now.requests < REQUESTS_MIN || than.requests <= 0) return false;
  const before = than.errors / than.requests;
  const gained = now.errors / now.requests - before;
  if (gained < Math.max(acceptablePoints / 100, Math.min(before, POINTS_ENOUGH))) return false;
  const sure = surelyMore(
    { hits: now.errors, of: now.requests },
    { hits: than.errors, of: than.requests },
    0,
  );
  return sure / CLUMPS >= SURE;
}

/** More than one of twenty requests takes longer than twice what nineteen of twenty took before, by more than chance. */
function isSlower({ than, now, latencyLimitsMs }: Compared): boolean {
  const { latencyP95Ms } = than;
  const { latency, requests } = now;
  if (latencyP95Ms === null || latency === null || requests < REQUESTS_MIN) return false;
  const atLeastMs = Math.max(2 * latencyP95Ms, latencyP95Ms + SLOWER_MIN_MS);
  const bucket = latencyLimitsMs.findIndex((limit) => limit >= atLeastMs);
  const of = latency.reduce((sum, count) => sum + count, 0);
  if (bucket < 0 || of === 0) return false;
  const hits = latency.slice(bucket + 1).reduce((sum, count) => sum + count, 0);
  return hits / of > SLOW && oneSample({ hits, of }, SLOW, clamped(hits / of)) / CLUMPS >= SURE;
}

function say(value: number | null): string {
  return String(Math.round((value ?? 0) * 100) / 100);
}
