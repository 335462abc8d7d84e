import type { Answer, Call } from '../../support/stand-in/index.ts';
import { isSelected } from './objects.ts';
import { status } from './refusal.ts';
import type { Store } from './store.ts';

/** As metrics-server writes quantities: `250m`, `64Mi`. */
export type PodUse = { readonly cpu: string; readonly memory: string };

/** `metrics.k8s.io/v1beta1`, of which a cluster without a metrics-server has never heard. */
export function podMetrics(
  store: Store,
  usage: ReadonlyMap<string, PodUse> | null,
  { query }: Call,
  nowMs: number,
): Answer {
  if (usage === null) return status(404, 'NotFound', 'the server could not find the requested resource');
  const labels = Object.fromEntries(
    (query.get('labelSelector') ?? '').split(',').map((each) => each.split('=') as [string, string]),
  );
  const pods = store.all('pods').filter(({ metadata }) => isSelected(metadata.labels, labels));
  const items = pods.flatMap(({ metadata, spec }) => {
    const used = usage.get(metadata.name);
    if (used === undefined) return [];
    const containers = spec.containers.map(({ name }) => ({ name, usage: used }));
    return [
      {
        metadata: { name: metadata.name },
        timestamp: new Date(nowMs).toISOString(),
        window: '15s',
        containers,
      },
    ];
  });
  return {
    status: 200,
    json: { apiVersion: 'metrics.k8s.io/v1beta1', kind: 'PodMetricsList', metadata: {}, items },
  };
}
