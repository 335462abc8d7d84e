import type { Side } from '../arm-stretch.ts';
import { countsAt, type Histogram } from '../limits.ts';
import { type ArmTotals, totalsOf, type Use } from '../totals.ts';
import type { Series } from './client.ts';
import type { Frame } from './frame.ts';
import type { IsOwn, Pod, Pods } from './pods.ts';
import type { Query } from './settings.ts';

/** A pod that was not scraped for a while shows its last numbers for up to five minutes: they are left out by name. */
export function withoutStale(side: Side, { pods, gaps }: Pods, nowMs: number, staleAfterMs: number): Pods {
  const isStale = ({ scrapedMs }: Pod) => nowMs - scrapedMs > staleAfterMs;
  const stale = [...pods].filter(([, pod]) => isStale(pod));
  const said = stale.map(
    ([name, { scrapedMs }]) =>
      `${side}: pod ${name} was not scraped for ${Math.round((nowMs - scrapedMs) / 1_000)} s`,
  );
  return { pods: new Map([...pods].filter(([, pod]) => !isStale(pod))), gaps: [...gaps, ...said] };
}

export function histogramsOf({ pods }: Pods): Histogram[] {
  return [...pods.values()].flatMap(({ histogram }) => histogram ?? []);
}

/** Null where no pod is known. Everything up to the scrape that is the longest ago has been counted of all of them. */
export function totalsFrom(
  { pods }: Pods,
  limitsMs: readonly number[],
  query: Query,
  frame: Frame,
  isOwn: IsOwn,
): ArmTotals | null {
  if (pods.size === 0) return null;
  const totals = [...pods].map(([name, { histogram, scrapedMs: _, ...pod }]) => {
    const latency = histogram === null || limitsMs.length === 0 ? null : countsAt(limitsMs, histogram);
    return [name, totalsOf({ ...pod, latency })] as const;
  });
  return {
    atMs: Math.min(...[...pods.values()].map(({ scrapedMs }) => scrapedMs)),
    pods: new Map(totals),
    use: usageOf(query, frame, new Set(pods.keys()), isOwn),
  };
}

/** The mean over its pods, which are known by their own label or by that of the version. */
function usageOf({ pod, version }: Query, { more }: Frame, pods: ReadonlySet<string>, isOwn: IsOwn): Use {
  const mean = (series: readonly Series[] = []) => {
    const own = series.filter(({ labels }) => {
      if (Object.hasOwn(labels, version)) return isOwn(labels);
      return pods.has((Object.hasOwn(labels, pod) && labels[pod]) || 'all');
    });
    return own.length === 0 ? null : own.reduce((sum, { value }) => sum + value, 0) / own.length;
  };
  return { cpuPercent: mean(more['cpu']), memoryPercent: mean(more['memory']), latencyP95Ms: null };
}
