import type { History, Stretch } from './look.ts';

/**
 * The same history in the buckets that both versions have now: neighbours are added up. A limit that history does not
 * have cannot be made, so that latency is then left out, and is learnt during the rollout.
 */
export function rebucketed(history: History, limitsMs: readonly number[]): History {
  const { latencyLimitsMs, looks } = history;
  const isCoarser = limitsMs.every((limit) => latencyLimitsMs.includes(limit));
  const suited = (stretch: Stretch): Stretch => ({
    ...stretch,
    latency:
      stretch.latency === null || !isCoarser ? null : merged(stretch.latency, latencyLimitsMs, limitsMs),
  });
  return {
    latencyLimitsMs: limitsMs,
    looks: looks.map((look) => ({ ...look, fleet: suited(look.fleet), pods: look.pods.map(suited) })),
  };
}

function merged(counts: readonly number[], fromMs: readonly number[], toMs: readonly number[]): number[] {
  const merged = Array.from({ length: toMs.length + 1 }, () => 0);
  for (const [index, count] of counts.entries()) {
    const limit = fromMs[index] ?? Number.POSITIVE_INFINITY;
    const at = toMs.findIndex((to) => limit <= to);
    const place = at === -1 ? toMs.length : at;
    merged[place] = (merged[place] ?? 0) + count;
  }
  return merged;
}
