import {
  type Answer,
  type Call,
  openStandIn,
  type StandIn,
  type StandInOptions,
} from '../../support/stand-in/index.ts';
import { kubernetesDescription } from './description.ts';
import { isSelected, type Kubernetes } from './objects.ts';
import { jsonPatch, mergePatch, PatchRefused, strategicPatch } from './patch.ts';
import { logOf } from './pod-log.ts';
import { type PodUse, podMetrics } from './pod-metrics.ts';
import { allows, type Rule, rightOf, type Use } from './rbac.ts';
import { status } from './refusal.ts';
import { ClusterState } from './state.ts';
import type { Kind } from './store.ts';
import { TOKEN } from './token.ts';

export type ClusterStandIn = StandIn & {
  readonly state: ClusterState;
  /** What was asked for, as a Role would have to allow it. */
  readonly uses: readonly Use[];
  /** The next page of a list is asked for too late. */
  expireNextPage(): void;
  /** What a metrics-server says of each pod; null: there is none. */
  usage: Map<string, PodUse> | null;
  /** Lists are answered in pages of so many, whatever is asked for. */
  limitPages(size: number): void;
};

export type ClusterOptions = {
  /** What the account may do; left out: everything. */
  readonly role?: readonly Rule[];
  /** As the API server sees who asks; left out: our token. */
  readonly isKnown?: (call: Call) => boolean;
  readonly listen?: StandInOptions['listen'];
  readonly nowMs?: () => number;
};

const description: { known?: ReturnType<typeof kubernetesDescription> } = {};

/** A Kubernetes API server with its controllers, held to what Kubernetes says of its API. */
export async function openKubernetes(options: ClusterOptions = {}): Promise<ClusterStandIn> {
  const { nowMs = Date.now, isKnown = knowsToken, role } = options;
  if (description.known === undefined) description.known = kubernetesDescription();
  const state = new ClusterState(nowMs);
  const uses: Use[] = [];
  const server = new ApiServer(state);
  const world: Pick<ClusterStandIn, 'usage'> = { usage: null };
  const standIn = await openStandIn({
    spec: description.known,
    basePath: '',
    ...(options.listen === undefined ? {} : { listen: options.listen }),
    beyondSpec: [
      {
        path: /^\/apis\/metrics\.k8s\.io\//,
        because: 'metrics-server answers there, which is no part of Kubernetes and of its description',
      },
    ],
    handle(call) {
      if (!isKnown(call)) return status(401, 'Unauthorized', 'Unauthorized');
      const use = rightOf(call);
      uses.push(use);
      if (role !== undefined && !allows(role, use)) {
        const message = `${use.resource} is forbidden: cannot ${use.verb} ${use.resource} in API group "${use.group}"`;
        return status(403, 'Forbidden', message);
      }
      if (state.isRunning) state.turn();
      if (use.group === 'metrics.k8s.io') return podMetrics(state.store, world.usage, call, nowMs());
      return server.answer(call);
    },
  });
  return Object.assign(world, standIn, {
    state,
    uses,
    expireNextPage() {
      server.isExpired = true;
    },
    limitPages(size: number) {
      server.pageMax = size;
    },
  });
}

function knowsToken({ headers }: Call): boolean {
  return headers['authorization'] === `Bearer ${TOKEN}`;
}

/** Custom resources know no strategic merge. */
const custom: ReadonlySet<Kind> = new Set(['httproutes', 'rollouts']);
const PAGE_MAX = 500;

class ApiServer {
  readonly #state: ClusterState;
  isExpired = false;
  pageMax = PAGE_MAX;

  constructor(state: ClusterState) {
    this.#state = state;
  }

  answer(call: Call): Answer {
    const [kind = '', name, sub] = call.path.replace(/^.*\/namespaces\/[^/]+\//, '').split('/');
    if (name === undefined && call.method === 'POST') return this.#create(kind as Kind, call);
    if (name === undefined) return this.#list(kind as Kind, call);
    const found = this.#state.store.get(kind as Kind, decodeURIComponent(name));
    if (found === undefined) return status(404, 'NotFound', `${kind} "${name}" not found`);
    if (sub === 'log') return logOf(this.#state, name, call.query);
    if (call.method === 'DELETE') return this.#delete(kind as Kind, found);
    if (call.method === 'PATCH') return this.#patch(kind as Kind, found, call, sub === 'status');
    return { status: 200, json: found };
  }

  /** For whoever sets a scene over the API: nothing of ours makes or deletes anything. */
  #create(kind: Kind, { body }: Call): Answer {
    const asked = body as Kubernetes & { spec: object };
    const spec = kind === 'deployments' ? { revisionHistoryLimit: 10, ...asked.spec } : asked.spec;
    return { status: 201, json: this.#state.store.create(kind, { status: {}, ...asked, spec } as never) };
  }

  /** Whatever it owns goes with it. */
  #delete(kind: Kind, found: Kubernetes): Answer {
    const { metadata } = found;
    const { store } = this.#state;
    store.delete(kind, metadata.name);
    for (const owned of ['replicasets', 'pods'] as const) {
      const isOwned = (each: Kubernetes) => each.metadata.ownerReferences?.[0]?.uid === metadata.uid;
      for (const each of store.all(owned).filter(isOwned)) this.#delete(owned, each);
    }
    if (kind === 'services') return { status: 200, json: found };
    return { status: 200, json: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success' } };
  }

  #list(kind: Kind, { query }: Call): Answer {
    const selector = query.get('labelSelector');
    const all = this.#state.store
      .all(kind)
      .filter(({ metadata }) => selector === null || isSelected(metadata.labels, parsed(selector)));
    const from = Number(query.get('continue') ?? 0);
    if (from > 0 && this.isExpired) {
      this.isExpired = false;
      return status(410, 'Expired', 'The provided continue parameter is too old');
    }
    const limit = Math.min(Number(query.get('limit') ?? PAGE_MAX), this.pageMax);
    const items = all.slice(from, from + limit);
    const isMore = from + limit < all.length;
    const [first] = all;
    const metadata = { resourceVersion: '1', ...(isMore ? { continue: String(from + limit) } : {}) };
    return { status: 200, json: { apiVersion: first?.apiVersion ?? 'v1', kind: 'List', metadata, items } };
  }

  #patch(kind: Kind, found: Kubernetes, call: Call, isStatus: boolean): Answer {
    const patched = apply(kind, found, call);
    if ('status' in patched) return patched;
    const { next } = patched;
    const { metadata } = next;
    if (metadata.resourceVersion !== found.metadata.resourceVersion) {
      const message = `Operation cannot be fulfilled on ${kind} "${metadata.name}": the object has been modified`;
      return status(409, 'Conflict', message);
    }
    const wrong = faultIn(kind, found, next);
    if (wrong !== null) return status(422, 'Invalid', wrong);
    const kept = found as { status?: unknown };
    const fresh = next as { status?: unknown };
    // The status is a resource of its own: each of the two ignores what is said of the other.
    const written = isStatus
      ? { ...found, status: fresh.status }
      : { ...next, ...(kept.status === undefined ? {} : { status: kept.status }) };
    return { status: 200, json: this.#state.store.write(kind, written as never) };
  }
}

function apply(kind: Kind, found: Kubernetes, { type, body }: Call): Answer | { readonly next: Kubernetes } {
  try {
    if (type.startsWith('application/merge-patch+json'))
      return { next: mergePatch(found, body) as Kubernetes };
    if (type.startsWith('application/json-patch+json')) {
      return { next: jsonPatch(found, body as unknown[]) as Kubernetes };
    }
    if (type.startsWith('application/strategic-merge-patch+json') && !custom.has(kind)) {
      return { next: strategicPatch(found, body) as Kubernetes };
    }
  } catch (error) {
    if (error instanceof PatchRefused) return status(422, 'Invalid', error.message);
    throw error;
  }
  return status(415, 'UnsupportedMediaType', `the body of the request was in an unknown format: ${type}`);
}

/** What the server itself refuses of what it was asked to write. */
function faultIn(kind: Kind, before: Kubernetes, after: Kubernetes): string | null {
  type Any = {
    spec?: { selector?: object; template?: { spec: { containers: { image?: string }[] } }; rules?: unknown };
  };
  const [was, is] = [before as Any, after as Any];
  if (kind === 'deployments' && JSON.stringify(was.spec?.selector) !== JSON.stringify(is.spec?.selector)) {
    return 'spec.selector: field is immutable';
  }
  const containers = is.spec?.template?.spec.containers ?? [];
  if (containers.some(({ image }) => image === undefined || image === '')) {
    return 'spec.template.spec.containers[0].image: Required value';
  }
  const weights = [...JSON.stringify(is.spec?.rules ?? []).matchAll(/"weight":(-?\d+)/g)].map(([, weight]) =>
    Number(weight),
  );
  if (weights.some((weight) => weight < 0 || weight > 1_000_000))
    return 'weight: should be between 0 and 1000000';
  return null;
}

function parsed(selector: string): Record<string, string> {
  return Object.fromEntries(
    selector.split(',').map((each) => {
      const [key = '', value = ''] = each.split('=');
      return [key, value];
    }),
  );
}
