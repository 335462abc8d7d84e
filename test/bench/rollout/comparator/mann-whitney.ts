import { normalQuantile } from '../simulator/normal.ts';
import { rootBetween } from './brent.ts';

/** By how much the first sample lies above the second, and between which limits that is. */
export type Shift = { readonly low: number; readonly high: number; readonly estimate: number };

/** The two-sided test of Mann and Whitney with an interval for the shift, as R's `wilcox.test` and Kayenta do it. */
export function shiftOf(first: readonly number[], second: readonly number[], confidence: number): Shift {
  const x = first.toSorted((a, b) => a - b);
  const y = second.toSorted((a, b) => a - b);
  const from = (x[0] ?? 0) - (y.at(-1) ?? 0);
  const to = (x.at(-1) ?? 0) - (y[0] ?? 0);
  const z = normalQuantile((1 + confidence) / 2);
  const solve = (quantile: number) => {
    const valueAt = (shift: number) => statistic(shift, x, y) - quantile;
    if (valueAt(from) <= 0) return from;
    if (valueAt(to) >= 0) return to;
    return rootBetween(from, to, valueAt);
  };
  return { low: solve(z), high: solve(-z), estimate: solve(0) };
}

/** The standardised sum of ranks of x, moved down by `shift`, among y; both sorted. Ties share their ranks. */
function statistic(shift: number, x: readonly number[], y: readonly number[]): number {
  let i = 0;
  let j = 0;
  let rank = 0;
  let rankSum = 0;
  let ties = 0;
  while (i < x.length || j < y.length) {
    const value = Math.min((x[i] ?? Number.POSITIVE_INFINITY) - shift, y[j] ?? Number.POSITIVE_INFINITY);
    const iBefore = i;
    const before = i + j;
    while (i < x.length && (x[i] ?? 0) - shift === value) i += 1;
    while (j < y.length && y[j] === value) j += 1;
    const tied = i + j - before;
    rankSum += (i - iBefore) * (rank + (tied + 1) / 2);
    rank += tied;
    ties += tied ** 3 - tied;
  }
  const [m, n, all] = [x.length, y.length, x.length + y.length];
  const difference = rankSum - (m * (m + 1)) / 2 - (m * n) / 2;
  const corrected = difference - 0.5 * Math.sign(difference);
  const sigma = Math.sqrt(((m * n) / 12) * (all + 1 - ties / (all * (all - 1))));
  if (sigma === 0) throw new Error('every value is the same: there is nothing to rank');
  return corrected / sigma;
}
