import { percentsOf } from './apportion.ts';
import type { Cluster } from './client.ts';
import { releaseOfPod } from './deployment.ts';
import type { EndpointSlice } from './schema.ts';
import type { Slots, Traffic } from './slots.ts';

const ELSEWHERE = '';

/**
 * What a Service sends its traffic to, by its EndpointSlices: not by its selector, which says what shall be. A Service
 * divides connections evenly among the endpoints that are ready.
 */
export async function serviceTraffic(cluster: Cluster, service: string, slots: Slots): Promise<Traffic> {
  return divide(await cluster.endpointSlices(service), slots);
}

/** Pure. One pod may stand in several slices (IPv4 and IPv6), and counts once. */
export function divide(slices: readonly EndpointSlice[], slots: Slots): Traffic {
  const ready = slices
    .flatMap(({ endpoints }) => endpoints ?? [])
    // No word means ready (discovery/v1, EndpointConditions).
    .filter(({ conditions }) => conditions?.ready !== false);
  const pods = new Set(ready.map(({ targetRef }) => targetRef?.name ?? ELSEWHERE));
  const counts = new Map<string, number>();
  for (const pod of pods) {
    const [one, other] = slots;
    const releaseId = releaseOfPod(one, pod) ?? releaseOfPod(other, pod) ?? ELSEWHERE;
    counts.set(releaseId, (counts.get(releaseId) ?? 0) + 1);
  }
  const percents = percentsOf([...counts.values()]);
  const byRelease = new Map([...counts.keys()].map((releaseId, index) => [releaseId, percents[index] ?? 0]));
  return {
    percentOf: (releaseId) => byRelease.get(releaseId) ?? 0,
    elsewherePercent: byRelease.get(ELSEWHERE) ?? 0,
    trouble: null,
  };
}
