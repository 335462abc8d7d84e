import { errorPercent, type Numbers } from '../../core/numbers.ts';
import type { Sums } from '../../core/turn.ts';
import type { VigilSource } from '../../core/vigil.ts';
import { type Compared, isWellAgain, worseIn } from '../../core/worse.ts';
import type { Asked, Reading } from '../../metric/metric.ts';
import { added, numbersOf, together } from '../perform/watch/sums.ts';

/** Where nobody knows how it was before, so many requests say it. */
const REQUESTS_FIRST = 50;
/** Words come seldom: what goes on getting worse stands in the card. */
export const QUIET_MS = 600_000;
/** What was said so long ago, and is well since, may be said anew. */
const WELL_MS = 1_800_000;

/** One source after it was asked, and in what it says that the new version is clearly worse than it was. */
export type Told = { readonly source: VigilSource; readonly worse: readonly string[] };

/**
 * What was said is said once: from then on it is worse only if it is worse than that. What gets worse at a blow is seen in
 * the newest stretches alone; what comes slowly, or with few requests, in the last minutes.
 */
export function compared(
  source: VigilSource,
  stretches: readonly Reading[],
  asked: Asked,
  acceptablePoints: number,
): Told {
  const { than, saidAtMs, latencyLimitsMs } = source;
  const whole = seenIn(source, together(source.older, source.newer));
  const quiet: Told = { source, worse: [] };
  if (whole === null) return quiet;
  if (than === null) return { ...quiet, source: { ...source, than: enough(whole.present) } };
  const saidMs = saidAtMs === null ? null : asked.nowMs - saidAtMs;
  if (saidMs !== null && saidMs < QUIET_MS) return quiet;
  for (const seen of [seenIn(source, newestOf(stretches)), whole]) {
    if (seen === null) continue;
    const worse = worseIn(comparison(than, seen, latencyLimitsMs), acceptablePoints);
    if (worse.length === 0) continue;
    return {
      source: { ...source, than: seen.present, saidAtMs: asked.nowMs },
      worse: worse.map((each) => `${asked.canary.version.name} has ${each}${beside(asked, seen)}`),
    };
  }
  const isWell =
    saidMs !== null &&
    saidMs >= WELL_MS &&
    isWellAgain(comparison(than, whole, latencyLimitsMs), acceptablePoints);
  return isWell ? { ...quiet, source: { ...source, than: whole.present, saidAtMs: null } } : quiet;
}

/** What was counted in a stretch of time, as it is compared and as it is said. */
type Seen = {
  readonly sums: Sums;
  readonly numbers: Numbers;
  readonly old: Numbers | null;
  readonly present: NonNullable<VigilSource['than']>;
};

function seenIn(source: VigilSource, sums: Sums | null): Seen | null {
  const numbers = numbersIn(source, sums, 'canary');
  if (sums === null || numbers === null) return null;
  const { requests, errors } = sums.canary;
  const present = { requests, errors, latencyP95Ms: numbers.latencyP95Ms };
  return { sums, numbers, old: numbersIn(source, sums, 'stable'), present };
}

function comparison(than: Compared['than'], { sums, numbers }: Seen, latencyLimitsMs: readonly number[]) {
  return { than, now: sums.canary, numbers, latencyLimitsMs };
}

function enough(present: Seen['present']): Seen['present'] | null {
  return present.requests < REQUESTS_FIRST ? null : present;
}

function newestOf(stretches: readonly Reading[]): Sums | null {
  const [first] = stretches;
  if (first === undefined) return null;
  const sinceMs = first.atMs - first.durationMs;
  return stretches.reduce<Sums | null>((sums, reading) => added(sums, reading, sinceMs), null);
}

/** `; v1 0.1 %`: how the old version does at the same time. */
function beside({ stable }: Asked, { old }: Seen): string {
  const percent = old === null ? null : errorPercent(old);
  if (stable === null || percent === null) return '';
  return `; ${stable.version.name} ${Math.round(percent * 100) / 100} %`;
}

export function numbersIn(
  { latencyLimitsMs, readAtMs }: Pick<VigilSource, 'latencyLimitsMs' | 'readAtMs'>,
  sums: Sums | null,
  which: 'canary' | 'stable',
): Numbers | null {
  return numbersOf({ sums, latencyLimitsMs, atMs: readAtMs, cpuPercent: null, memoryMb: null }, which);
}
