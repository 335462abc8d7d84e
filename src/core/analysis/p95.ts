/** Time below which 95 % of the requests of a histogram were answered, straight within a group; null without requests. */
export function p95Of(counts: readonly number[], limitsMs: readonly number[]): number | null {
  const all = counts.reduce((sum, count) => sum + count, 0);
  if (all <= 0) return null;
  let below = 0;
  for (const [k, count] of counts.entries()) {
    const upper = limitsMs[k];
    // Nobody knows how slow the slowest were: at least as slow as the last limit.
    if (upper === undefined) break;
    if (below + count >= 0.95 * all) {
      const lower = limitsMs[k - 1] ?? 0;
      return lower + ((upper - lower) * (0.95 * all - below)) / count;
    }
    below += count;
  }
  return limitsMs.at(-1) ?? null;
}
