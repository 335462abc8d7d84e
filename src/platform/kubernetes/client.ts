import { z } from 'zod';
import { Failed } from '../../core/failure.ts';
import type { Http, Query } from '../../http/door.ts';
import { path } from '../../http/path.ts';
import { Rollout } from './argo/rollout.ts';
import type { Patch } from './patches.ts';
import {
  Autoscaler,
  ConfigMap,
  Deployment,
  EndpointSlice,
  HttpRoute,
  Pod,
  PodMetrics,
  ReplicaSet,
  Secret,
  type Selector,
  Service,
} from './schema.ts';

/** Everything that is asked of a cluster, in one namespace; the Role in docs/platforms/kubernetes.md is exactly this. */
export type Cluster = {
  deployment(name: string): Promise<Deployment>;
  rollout(name: string): Promise<Rollout>;
  service(name: string): Promise<Service>;
  httpRoute(name: string): Promise<HttpRoute>;
  configMap(name: string): Promise<ConfigMap>;
  secret(name: string): Promise<Secret>;
  replicaSets(selector: Selector): Promise<ReplicaSet[]>;
  pods(selector: Selector): Promise<Pod[]>;
  /** What they use, where a metrics-server runs. */
  podMetrics(selector: Selector): Promise<PodMetrics[]>;
  /** What a Service really sends its traffic to. */
  endpointSlices(service: string): Promise<EndpointSlice[]>;
  autoscalers(): Promise<Autoscaler[]>;
  /** Plain text, as its containers wrote it. */
  log(pod: string, query: Query): Promise<string>;
  patchDeployment(name: string, patch: Patch): Promise<Deployment>;
  patchService(name: string, patch: Patch): Promise<void>;
  patchHttpRoute(name: string, patch: Patch): Promise<void>;
  patchRollout(name: string, patch: Patch): Promise<Rollout>;
  patchRolloutStatus(name: string, patch: Patch): Promise<void>;
};

const PAGE = 250;
/** More pods or ReplicaSets than this behind one name, and something is wrong. */
const PAGES_MAX = 20;
const RESTARTS_MAX = 2;

const apps = '/apis/apps/v1/namespaces';
const core = '/api/v1/namespaces';
const argo = '/apis/argoproj.io/v1alpha1/namespaces';
const gateway = '/apis/gateway.networking.k8s.io/v1/namespaces';

const Anything = z.unknown();

/** Reads are repeated by the door, changes are sent once. `http` may be the urgent one. */
export function clusterOver(httpOf: () => Promise<Http>, namespace: string): Cluster {
  const here = (group: string) => `${group}${path`/${namespace}`}`;
  const one = async <T>(group: string, kind: string, name: string, Answer: z.ZodType<T>): Promise<T> =>
    (await httpOf()).get(`${here(group)}/${kind}${path`/${name}`}`, Answer);
  const list = async <T>(group: string, kind: string, Item: z.ZodType<T>, query: Query): Promise<T[]> =>
    listAll(await httpOf(), `${here(group)}/${kind}`, Item, query);
  const patch = async <T>(at: string, { type, body }: Patch, Answer: z.ZodType<T>): Promise<T> => {
    const text = JSON.stringify(body);
    const query = { fieldManager: 'slipway' };
    return (await (await httpOf()).send({ method: 'PATCH', path: at, body: { type, text }, Answer, query }))
      .value;
  };

  return {
    deployment: (name) => one(apps, 'deployments', name, Deployment),
    rollout: (name) => one(argo, 'rollouts', name, Rollout),
    service: (name) => one(core, 'services', name, Service),
    httpRoute: (name) => one(gateway, 'httproutes', name, HttpRoute),
    configMap: (name) => one(core, 'configmaps', name, ConfigMap),
    secret: (name) => one(core, 'secrets', name, Secret),
    replicaSets: (selector) => list(apps, 'replicasets', ReplicaSet, { labelSelector: spelled(selector) }),
    pods: (selector) => list(core, 'pods', Pod, { labelSelector: spelled(selector) }),
    podMetrics: (selector) =>
      list('/apis/metrics.k8s.io/v1beta1/namespaces', 'pods', PodMetrics, {
        labelSelector: spelled(selector),
      }),
    endpointSlices: (service) =>
      list('/apis/discovery.k8s.io/v1/namespaces', 'endpointslices', EndpointSlice, {
        labelSelector: `kubernetes.io/service-name=${service}`,
      }),
    autoscalers: () => list('/apis/autoscaling/v2/namespaces', 'horizontalpodautoscalers', Autoscaler, {}),
    async log(pod, query) {
      const at = `${here(core)}/pods${path`/${pod}/log`}`;
      const asked = { method: 'GET', path: at, as: 'text', Answer: z.string(), query } as const;
      return (await (await httpOf()).send(asked)).value;
    },
    patchDeployment: (name, change) =>
      patch(`${here(apps)}/deployments${path`/${name}`}`, change, Deployment),
    patchRollout: (name, change) => patch(`${here(argo)}/rollouts${path`/${name}`}`, change, Rollout),
    async patchService(name, change) {
      await patch(`${here(core)}/services${path`/${name}`}`, change, Anything);
    },
    async patchHttpRoute(name, change) {
      await patch(`${here(gateway)}/httproutes${path`/${name}`}`, change, Anything);
    },
    async patchRolloutStatus(name, change) {
      await patch(`${here(argo)}/rollouts${path`/${name}/status`}`, change, Anything);
    },
  };
}

/** Begun again when it expired in between (410), because its pages belong to one moment. */
async function listAll<T>(http: Http, at: string, Item: z.ZodType<T>, query: Query): Promise<T[]> {
  const Page = z.object({
    items: z.array(Item),
    metadata: z.object({ continue: z.string().optional() }),
  });
  for (let restart = 0; restart <= RESTARTS_MAX; restart++) {
    const items = await pages(http, at, Page, query);
    if (items !== null) return items;
  }
  throw new Failed({
    code: 'unavailable',
    message: `${at} changes faster than it can be read, or has more than ${PAGE * PAGES_MAX} entries`,
    retryAfterMs: 5_000,
  });
}

type Paged<T> = { readonly items: T[]; readonly metadata: { readonly continue?: string | undefined } };

/** Null when the list expired before its end. */
async function pages<T>(
  http: Http,
  at: string,
  Page: z.ZodType<Paged<T>>,
  query: Query,
): Promise<T[] | null> {
  const items: T[] = [];
  let next: string | undefined;
  for (let page = 0; page < PAGES_MAX; page++) {
    const asked = { ...query, limit: PAGE, ...(next === undefined ? {} : { continue: next }) };
    const reply = await http.send({ method: 'GET', path: at, Answer: Page, query: asked, okStatuses: [410] });
    if (reply.value === null) return null;
    items.push(...reply.value.items);
    next = reply.value.metadata.continue;
    if (next === undefined || next === '') return items;
  }
  return null;
}

/** As a query has it: `app=shop,tier in (a,b),!old`. */
function spelled({ matchLabels = {}, matchExpressions = [] }: Selector): string {
  const labels = Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`);
  const expressions = matchExpressions.map(({ key, operator, values = [] }) => {
    if (operator === 'Exists') return key;
    if (operator === 'DoesNotExist') return `!${key}`;
    return `${key} ${operator === 'In' ? 'in' : 'notin'} (${values.join(',')})`;
  });
  return [...labels, ...expressions].join(',');
}
