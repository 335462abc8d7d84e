import { scoreOf, shareBelow } from './normal.ts';

/**
 * How a histogram would look if everything took longer. The shares below the limits are put on the scale of normal scores,
 * where latencies are nearly straight lines over the logarithm of time, and read off further left.
 */
export function slower(shares: readonly number[], limitsMs: readonly number[], factor: number): number[] {
  const logs = limitsMs.map(Math.log);
  const scores = scoresAt(shares, limitsMs.length);
  const result: number[] = [];
  let before = 0;
  for (const log of logs) {
    const below = Math.max(before, shareBelow(interpolate(logs, scores, log - Math.log(factor))));
    result.push(below - before);
    before = below;
  }
  return [...result, 1 - before];
}

function scoresAt(shares: readonly number[], count: number): number[] {
  let below = 0;
  return shares.slice(0, count).map((share) => {
    below += share;
    return scoreOf(Math.min(1 - 1e-7, Math.max(1e-7, below)));
  });
}

/** Straight through two neighbours, and beyond the ends as they were going. */
function interpolate(xs: readonly number[], ys: readonly number[], x: number): number {
  let i = 0;
  while (i < xs.length - 2 && x > (xs[i + 1] ?? 0)) i += 1;
  const [x0 = 0, x1 = 1] = xs.slice(i, i + 2);
  const [y0 = 0, y1 = 0] = ys.slice(i, i + 2);
  return y0 + ((y1 - y0) * (x - x0)) / (x1 - x0);
}

/** A `share` of all requests suddenly takes six times as long; the others are as before. */
export function longTail(shares: readonly number[], limitsMs: readonly number[], share: number): number[] {
  const six = slower(shares, limitsMs, 6);
  return shares.map((normal, k) => (1 - share) * normal + share * (six[k] ?? 0));
}

/** Logarithm of how much more often each group would be hit. Clipped: one request in a rare group must not decide. */
export function logRatios(other: readonly number[], normal: readonly number[]): number[] {
  return other.map((share, k) => {
    const ratio = Math.log((share + 1e-4) / ((normal[k] ?? 0) + 1e-4));
    return Math.max(-2.5, Math.min(2.5, ratio));
  });
}

/** Into how many groups a histogram is judged at most: more teach nothing (measured), and cost time and space. */
const GROUPS_MAX = 24;

/** Joins the emptiest neighbours until few enough groups are left. Tells where each bucket belongs. */
export function groupsOf(counts: readonly number[]): number[] {
  let groups = counts.map((count, bucket) => ({ count, first: bucket }));
  while (groups.length > GROUPS_MAX) {
    let least = 0;
    for (let i = 1; i + 1 < groups.length; i += 1) {
      if (pair(groups, i) < pair(groups, least)) least = i;
    }
    const joined = { count: pair(groups, least), first: groups[least]?.first ?? 0 };
    groups = [...groups.slice(0, least), joined, ...groups.slice(least + 2)];
  }
  return counts.map((_, bucket) => groups.findLastIndex(({ first }) => first <= bucket));
}

function pair(groups: readonly { count: number }[], i: number): number {
  return (groups[i]?.count ?? 0) + (groups[i + 1]?.count ?? 0);
}
