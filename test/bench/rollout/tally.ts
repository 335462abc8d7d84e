import type { Course } from './course.ts';
import { type Share, shareOf } from './wilson.ts';

/** What all rollouts of one cell under one judge say. Times are in seconds; infinite: did not happen. */
export type Tally = {
  readonly judge: string;
  readonly rollouts: number;
  /** Wanted to go back: an alarm for nothing where the version is healthy. */
  readonly backs: Share;
  /** The same, as long as there were two versions. */
  readonly backsWithControl: Share;
  readonly because: Readonly<Record<string, number>>;
  /** From here on only rollouts in which nobody wanted to go back before there was a fault. */
  readonly misses: Share;
  readonly delaySeconds: Quantiles;
  readonly faultErrors: Quantiles;
  readonly slowed: Quantiles;
  readonly splitSeconds: Quantiles;
  /** Rollouts in which a stage was passed before its time although the fault was there. */
  readonly wronglyPassed: Share;
  readonly unsure: Share;
  readonly paused: Share;
};

export type Quantiles = { readonly median: number; readonly p95: number };

export function tallyOf(judge: string, courses: readonly Course[], isHealthy: boolean): Tally {
  const count = (of: (course: Course) => boolean) => shareOf(courses.filter(of).length, courses.length);
  const because: Record<string, number> = {};
  for (const { back } of courses) if (back !== null) because[back.because] = (because[back.because] ?? 0) + 1;
  // Who wanted to go back before there was a fault found nothing: it was a false alarm.
  const later = courses.filter(({ back }) => isHealthy || back === null || (back.sinceOnsetMs ?? -1) > 0);
  const infinite = Number.POSITIVE_INFINITY;
  return {
    judge,
    rollouts: courses.length,
    backs: count(({ back }) => back !== null),
    backsWithControl: count(({ back }) => back?.hadControl === true),
    because,
    misses: shareOf(later.filter(({ back }) => back === null).length, later.length),
    delaySeconds: quantilesOf(later.map(({ back }) => (back?.sinceOnsetMs ?? infinite) / 1000)),
    faultErrors: quantilesOf(later.map((course) => course.faultErrors)),
    slowed: quantilesOf(later.map((course) => course.slowed)),
    splitSeconds: quantilesOf(courses.map((course) => (course.splitMs ?? infinite) / 1000)),
    wronglyPassed: count((course) => course.passedEarlyWhileIll > 0),
    unsure: count((course) => course.unsureEnds > 0),
    paused: count((course) => course.wasPaused),
  };
}

function quantilesOf(values: readonly number[]): Quantiles {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
  return { median: at(0.5), p95: at(0.95) };
}
