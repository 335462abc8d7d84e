import { createHash, randomUUID } from 'node:crypto';
import type {
  Autoscaler,
  Config,
  Deployment,
  EndpointSlice,
  HttpRoute,
  Kubernetes,
  Pod,
  ReplicaSet,
  Rollout,
  Service,
} from './objects.ts';

export type Kinds = {
  deployments: Deployment;
  replicasets: ReplicaSet;
  pods: Pod;
  services: Service;
  endpointslices: EndpointSlice;
  httproutes: HttpRoute;
  rollouts: Rollout;
  horizontalpodautoscalers: Autoscaler;
  configmaps: Config;
  secrets: Config;
};
export type Kind = keyof Kinds;

const versions: Record<Kind, readonly [apiVersion: string, kind: string]> = {
  deployments: ['apps/v1', 'Deployment'],
  replicasets: ['apps/v1', 'ReplicaSet'],
  pods: ['v1', 'Pod'],
  services: ['v1', 'Service'],
  endpointslices: ['discovery.k8s.io/v1', 'EndpointSlice'],
  httproutes: ['gateway.networking.k8s.io/v1', 'HTTPRoute'],
  rollouts: ['argoproj.io/v1alpha1', 'Rollout'],
  horizontalpodautoscalers: ['autoscaling/v2', 'HorizontalPodAutoscaler'],
  configmaps: ['v1', 'ConfigMap'],
  secrets: ['v1', 'Secret'],
};

export const NAMESPACE = 'shop';

/** What etcd keeps: every write raises one counter, and every object carries the number of its own last write. */
export class Store {
  readonly #objects = new Map<Kind, Map<string, Kubernetes>>();
  #writes = 100;
  readonly #nowMs: () => number;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  all<K extends Kind>(kind: K): Kinds[K][] {
    return [...this.#of(kind).values()] as Kinds[K][];
  }

  get<K extends Kind>(kind: K, name: string): Kinds[K] | undefined {
    return this.#of(kind).get(name) as Kinds[K] | undefined;
  }

  /** As it must be there. */
  one<K extends Kind>(kind: K, name: string): Kinds[K] {
    const found = this.get(kind, name);
    if (found === undefined) throw new Error(`the stand-in has no ${kind} ${name}`);
    return found;
  }

  create<K extends Kind>(
    kind: K,
    object: Omit<Kinds[K], 'apiVersion' | 'kind' | 'metadata'> & {
      metadata: Pick<Kubernetes['metadata'], 'name'> & Partial<Kubernetes['metadata']>;
    },
  ): Kinds[K] {
    const [apiVersion, name] = versions[kind];
    const metadata = {
      namespace: NAMESPACE,
      uid: randomUUID(),
      generation: 1,
      // The API knows seconds and nothing smaller.
      creationTimestamp: new Date(this.#nowMs()).toISOString().replace(/\.\d+Z$/, 'Z'),
      ...object.metadata,
      resourceVersion: this.#next(),
    };
    const made = { apiVersion, kind: name, ...object, metadata } as unknown as Kinds[K];
    this.#of(kind).set(metadata.name, made);
    return made;
  }

  /** Writes it anew where it differs: another spec is another generation. */
  write<K extends Kind>(kind: K, next: Kinds[K]): Kinds[K] {
    const before = this.one(kind, next.metadata.name);
    const plain = (object: object) =>
      JSON.stringify({ ...object, metadata: { ...(object as Kubernetes).metadata, resourceVersion: '' } });
    if (plain(before) === plain(next)) return before;
    const specOf = (object: object) => JSON.stringify((object as { spec?: unknown }).spec);
    const isNewSpec = specOf(before) !== specOf(next);
    const generation = (before.metadata.generation ?? 1) + (isNewSpec ? 1 : 0);
    const metadata = { ...next.metadata, generation, resourceVersion: this.#next() };
    const written = { ...next, metadata };
    this.#of(kind).set(next.metadata.name, written);
    return written;
  }

  delete(kind: Kind, name: string): void {
    this.#of(kind).delete(name);
    this.#next();
  }

  #of(kind: Kind): Map<string, Kubernetes> {
    const known = this.#objects.get(kind) ?? new Map<string, Kubernetes>();
    this.#objects.set(kind, known);
    return known;
  }

  #next(): string {
    this.#writes += 1;
    return String(this.#writes);
  }
}

/** Ten letters for one template, as a controller names its ReplicaSets. */
export function templateHash(template: object): string {
  return createHash('sha256').update(JSON.stringify(template)).digest('hex').slice(0, 10);
}
