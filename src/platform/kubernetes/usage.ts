import { z } from 'zod';
import { Failed } from '../../core/failure.ts';
import type { CopyUsage, Usage } from '../platform.ts';
import type { Cluster } from './client.ts';
import type { Generation, Owned } from './generations.ts';
import { isEnding, podsOf } from './pods.ts';
import { quantityOf } from './quantity.ts';
import type { Container, Pod, PodMetrics } from './schema.ts';
import { oneLine } from './words.ts';

/** A template is kept whole, so that its limits are read only here. */
const Limits = z.object({ resources: z.object({ limits: z.record(z.string(), z.string()) }) });

/** Null for a release that has no pods of its own. */
export async function readUsage(
  cluster: Cluster,
  all: readonly Owned[],
  releaseId: string,
): Promise<Usage | null> {
  const [found] = all.flatMap(({ generations, pods }) => {
    const generation = generations.find((each) => each.releaseId === releaseId);
    return generation === undefined ? [] : [{ generation, pods: podsOf(generation.replicaSet, pods) }];
  });
  const pods = (found?.pods ?? []).filter((pod) => !isEnding(pod));
  if (found === undefined || pods.length === 0) return null;
  const { metrics, say } = await metricsOf(cluster, found.generation);
  const { containers } = found.generation.template.spec;
  return { copies: pods.map((pod) => copyOf(pod, metrics, containers)), say };
}

type Measured = { readonly metrics: readonly PodMetrics[]; readonly say: string | null };

/** A cluster without a metrics-server, or one that does not let us ask it, still knows how often pods began anew. */
async function metricsOf(cluster: Cluster, { template }: Generation): Promise<Measured> {
  try {
    const metrics = await cluster.podMetrics({ matchLabels: template.metadata.labels ?? {} });
    return { metrics, say: null };
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    return { metrics: [], say: oneLine(`metrics.k8s.io does not answer: ${error.failure.message}`) };
  }
}

function copyOf(
  { metadata, status }: Pod,
  metrics: readonly PodMetrics[],
  containers: readonly Container[],
): CopyUsage {
  const statuses = status.containerStatuses ?? [];
  const ends = statuses.flatMap(({ state, lastState }) => {
    const ended = state?.terminated ?? lastState?.terminated;
    return ended === undefined ? [] : [ended.reason ?? `code ${ended.exitCode}`];
  });
  const measured = metrics.find((each) => each.metadata.name === metadata.name);
  return {
    name: metadata.name,
    restarts: statuses.reduce((sum, { restartCount }) => sum + restartCount, 0),
    lastEnd: ends[0] ?? null,
    cpuPercent: fullest(measured, containers, 'cpu'),
    memoryPercent: fullest(measured, containers, 'memory'),
    measuredAtMs: measured === undefined ? null : Date.parse(measured.timestamp),
  };
}

/** Null unless every container that has a limit was measured. */
function fullest(
  measured: PodMetrics | undefined,
  containers: readonly Container[],
  what: 'cpu' | 'memory',
): number | null {
  const limited = containers.flatMap((container) => {
    const limit = quantityOf(Limits.safeParse(container).data?.resources.limits[what] ?? '');
    return limit === null || limit <= 0 ? [] : [{ name: container.name, limit }];
  });
  const percents = limited.map(({ name, limit }) => {
    const used = quantityOf(measured?.containers.find((each) => each.name === name)?.usage[what] ?? '');
    return used === null ? Number.NaN : (100 * used) / limit;
  });
  return percents.length === 0 || percents.some(Number.isNaN) ? null : Math.max(...percents);
}
