import { usualShare } from './calibrate-share.ts';
import type { ShareNormal } from './calibration.ts';

/** Which differences of a share are looked for: what is tolerable, what is harmful, and what is the worst acceptable. */
export type ShareRule = {
  readonly normal: ShareNormal;
  readonly isBad: 'more' | 'fewer';
  /** Differences of the share at what was usual before, the tolerable ones first; `differenceAt` knows them as they are now. */
  readonly differences: readonly number[];
  readonly weights: Float64Array;
  readonly tolerable: number;
  /** How many cannot be told from what the fleet does by itself, where nothing runs beside it. */
  readonly tolerableAlone: number;
  readonly worstAcceptable: number | null;
  /** How much is tolerated, by what is usual. */
  readonly unitOf: (usual: number) => number;
  readonly odds: { usual: number; ratios: Float64Array; logs: Float64Array };
};

/** Neighbouring alternatives differ by so much; between them hardly any power is lost. */
const RATIO = 2.5;
/** Without a control, everything within so many standard deviations of the fleet's own changes is no news. */
const ALONE_SD = 4;
/** Half an hour of history shows too little of how a day goes. */
const OVER_TIME_SD_MIN = 0.3;

export function ruleForMore(
  normal: ShareNormal,
  toleratedMin: number,
  worstAcceptable: number | null,
): ShareRule {
  const usual = usualShare(normal);
  // A quarter more of what is rare is not worth going back for either.
  const unitOf = (now: number) => Math.max(0.0001, toleratedMin, 0.25 * Math.min(now, 1 - now));
  const unit = unitOf(usual);
  const sizes = ladder(1.6 * unit, worstAcceptable ?? 4 * unit);
  const differences = [0.5 * unit, unit, ...sizes];
  const alone = differences.filter(
    (size) => 1 + size / usual < Math.exp(ALONE_SD * Math.max(OVER_TIME_SD_MIN, normal.overTimeSd)),
  ).length;
  return {
    normal,
    isBad: 'more',
    differences,
    weights: Float64Array.from(differences, (size) => beliefIn(size, worstAcceptable)),
    tolerable: 2,
    tolerableAlone: Math.min(differences.length - 2, Math.max(3, alone)),
    worstAcceptable,
    unitOf,
    odds: memo(differences.length),
  };
}

/** Sizes from `least` on up to nearly everything, with `middle` among them. */
function ladder(least: number, middle: number): number[] {
  const steps = Math.floor(Math.log(Math.max(1, middle / least)) / Math.log(RATIO));
  const sizes: number[] = [];
  for (let size = Math.max(least, middle / RATIO ** steps); size < 0.7; size *= RATIO) sizes.push(size);
  return sizes.length > 1 ? sizes : [least, Math.min(0.9, least * RATIO)];
}

/**
 * Most belief is placed on what just may not be let through: smaller harm may take longer to be found, and larger harm is
 * found at once whatever one believes.
 */
function beliefIn(size: number, worstAcceptable: number | null): number {
  if (worstAcceptable === null) return 1;
  const steps = Math.abs(Math.log(size / worstAcceptable)) / Math.log(RATIO);
  return steps < 0.5 ? 1 : steps < 1.5 ? 0.3 : 0.1;
}

/** Fewer orders, fewer sign-ups: by shares of what is usual. */
export function ruleForFewer(normal: ShareNormal): ShareRule {
  const usual = usualShare(normal);
  const parts = [0.07, 0.15, 0.3, 0.5, 0.75, 0.95];
  const alone = parts.filter(
    (part) => -Math.log(1 - part) < ALONE_SD * Math.max(OVER_TIME_SD_MIN / 3, normal.overTimeSd),
  ).length;
  return {
    normal,
    isBad: 'fewer',
    differences: parts.map((part) => -part * usual),
    weights: Float64Array.from(parts, () => 1),
    tolerable: 2,
    tolerableAlone: Math.min(parts.length - 2, Math.max(3, alone)),
    worstAcceptable: null,
    unitOf: (now) => now,
    odds: memo(parts.length),
  };
}

function memo(count: number): ShareRule['odds'] {
  return { usual: Number.NaN, ratios: new Float64Array(count), logs: new Float64Array(count) };
}

/** Where there was no history, what is usual is only learned on the way, and what is tolerated with it. */
export function differenceAt({ normal, differences, unitOf }: ShareRule, usual: number, j: number): number {
  const scale = normal.of === 0 ? unitOf(usual) / unitOf(usualShare(normal)) : 1;
  return scale * (differences[j] ?? 0);
}

/** Odds ratios of all alternatives at what is usual now. They are worked out anew only when that has moved. */
export function oddsAt(rule: ShareRule, usual: number): ShareRule['odds'] {
  const { odds, differences } = rule;
  if (odds.usual === usual) return odds;
  for (let j = 0; j < differences.length; j += 1) {
    const ratio = oddsRatio(usual, moved(usual, differenceAt(rule, usual, j)));
    odds.ratios[j] = ratio;
    odds.logs[j] = Math.log(ratio);
  }
  odds.usual = usual;
  return odds;
}

/** A share never becomes all or nothing. */
export function moved(usual: number, difference: number): number {
  return difference >= 0
    ? Math.min(usual + difference, usual + 0.95 * (1 - usual))
    : Math.max(usual + difference, 0.02 * usual);
}

function oddsRatio(from: number, to: number): number {
  return (to * (1 - from)) / (from * (1 - to));
}
