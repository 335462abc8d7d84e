import type { StandingRelease } from '../platform.ts';
import type { Cluster } from './client.ts';
import { type Generation, generationsOf, type Owned } from './generations.ts';
import { isReady, podsOf } from './pods.ts';
import { progressOf } from './progress.ts';
import type { Container, Deployment, Pod, Template } from './schema.ts';
import { podsSay } from './words.ts';

/** What a Deployment is for us: which container of it is the service, and how its image is named. */
export type Naming = { readonly image: string; readonly container?: string | undefined };

/** A Deployment with everything that it owns, read one after the other: the ReplicaSets are never older than it is. */
export type DeploymentState = {
  readonly deployment: Deployment;
  readonly generations: readonly Generation[];
  readonly pods: readonly Pod[];
};

export async function readDeployment(
  cluster: Cluster,
  name: string,
  naming: Naming,
): Promise<DeploymentState> {
  const deployment = await cluster.deployment(name);
  const { selector } = deployment.spec;
  const [replicaSets, pods] = await Promise.all([cluster.replicaSets(selector), cluster.pods(selector)]);
  const generations = generationsOf(deployment, replicaSets, serving(naming), naming.image);
  return { deployment, generations, pods };
}

/** Reading is lenient where writing is not: an old template may have had its container under another name. */
export function serving({ container }: Naming): (template: Template) => Container {
  return ({ spec }) => {
    const [first] = spec.containers;
    const named = spec.containers.find(({ name }) => name === container);
    return named ?? (first as Container);
  };
}

export function ownedIn({ deployment, generations, pods }: DeploymentState): Owned {
  return { template: deployment.spec.template, generations, pods };
}

/** How many pods of each release are ready, which is what a Service sends traffic to. */
export function readyOf({ generations, pods }: DeploymentState): number[] {
  return generations.map(({ replicaSet }) => podsOf(replicaSet, pods).filter(isReady).length);
}

/** Which release a pod belongs to; null for one that is not of this Deployment. */
export function releaseOfPod({ generations, pods }: DeploymentState, podName: string): string | null {
  const pod = pods.find(({ metadata }) => metadata.name === podName);
  const owners = new Set(pod?.metadata.ownerReferences?.map(({ uid }) => uid));
  return generations.find(({ replicaSet }) => owners.has(replicaSet?.metadata.uid ?? ''))?.releaseId ?? null;
}

/** What stands, with the traffic that it was found to have; what has no pods and shall have none does not stand. */
export function standingOf(
  state: DeploymentState,
  percentOf: (releaseId: string) => number,
): StandingRelease[] {
  return state.generations.flatMap((generation) => {
    const trafficPercent = percentOf(generation.releaseId);
    const { releaseId, version, intentId } = generation;
    const known = { releaseId, version, intentId, trafficPercent, url: null };
    if (generation.isWanted) return wanted(state, generation).map((words) => ({ ...known, ...words }));
    const left = generation.replicaSet?.status.replicas ?? 0;
    if (left === 0 && trafficPercent === 0) return [];
    const say = `${podsSay(left)} left of what was there before`;
    return [{ ...known, health: trafficPercent > 0 ? 'healthy' : 'gone', say } as const];
  });
}

type Words = Pick<StandingRelease, 'health' | 'say' | 'isHopeless'>;

function wanted({ deployment, pods }: DeploymentState, { replicaSet }: Generation): Words[] {
  const { spec, status } = deployment;
  if (spec.replicas > 0) {
    const { health, say, isHopeless } = progressOf(deployment, podsOf(replicaSet, pods));
    return [{ health, say, ...(isHopeless ? { isHopeless } : {}) }];
  }
  const left = status.replicas ?? 0;
  return left === 0 ? [] : [{ health: 'gone', say: `it is being taken away, ${podsSay(left)} left` }];
}
