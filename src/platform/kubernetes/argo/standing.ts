import type { Health, StandingRelease } from '../../platform.ts';
import { percentsOf } from '../apportion.ts';
import type { Cluster } from '../client.ts';
import { type Naming, serving } from '../deployment.ts';
import { type Generation, generationsOf } from '../generations.ts';
import { isReady, podsOf, troubleOf } from '../pods.ts';
import type { Pod } from '../schema.ts';
import { oneLine, podsSay } from '../words.ts';
import type { Rollout } from './rollout.ts';

export type RolloutState = {
  readonly rollout: Rollout;
  readonly generations: readonly Generation[];
  readonly pods: readonly Pod[];
};

export async function readRollout(cluster: Cluster, name: string, naming: Naming): Promise<RolloutState> {
  const rollout = await cluster.rollout(name);
  const { selector } = rollout.spec;
  const [replicaSets, pods] = await Promise.all([cluster.replicaSets(selector), cluster.pods(selector)]);
  return { rollout, pods, generations: generationsOf(rollout, replicaSets, serving(naming), naming.image) };
}

/** Argo writes the generation that it has seen as text. */
export function isSeen({ metadata, status }: Rollout): boolean {
  return Number(status?.observedGeneration ?? 0) >= metadata.generation;
}

/** What serves by the controller's own word, whatever is on its way. */
export function stableOf({ rollout, generations }: RolloutState): Generation | undefined {
  return generations.find((generation) => hashOf(generation) === rollout.status?.stableRS);
}

export function wantedOf({ generations }: RolloutState): Generation | undefined {
  return generations.find(({ isWanted }) => isWanted);
}

/** Whether a version is on its way that is not the stable one. */
export function isUnderWay(state: RolloutState): boolean {
  return wantedOf(state) !== stableOf(state);
}

function hashOf({ replicaSet }: Generation): string | undefined {
  return replicaSet?.metadata.labels?.['rollouts-pod-template-hash'];
}

/** What stands, and what the controller's own weights, or else the ready pods, give each of them. */
export function standingOfRollout(state: RolloutState): StandingRelease[] {
  const percents = trafficOf(state);
  return state.generations.flatMap((generation, index) => {
    const { releaseId, version, intentId } = generation;
    const trafficPercent = percents[index] ?? 0;
    const known = { releaseId, version, intentId, trafficPercent, url: null };
    if (generation.isWanted) return [{ ...known, ...progressOf(state, generation) }];
    const left = generation.replicaSet?.status.replicas ?? 0;
    if (left === 0 && trafficPercent === 0) return [];
    const health: Health = trafficPercent > 0 ? 'healthy' : 'gone';
    return [{ ...known, health, say: `${podsSay(left)} of what was there before` }];
  });
}

function trafficOf(state: RolloutState): number[] {
  const { generations, pods, rollout } = state;
  const ready = generations.map(({ replicaSet }) => podsOf(replicaSet, pods).filter(isReady).length);
  const weights = rollout.status?.canary?.weights;
  if (weights === undefined || weights === null || !isUnderWay(state)) return percentsOf(ready);
  const [stable, wanted] = [stableOf(state), wantedOf(state)];
  return percentsOf(
    generations.map((generation) => {
      if (generation === wanted) return weights.canary.weight;
      return generation === stable ? weights.stable.weight : 0;
    }),
  );
}

type Words = Pick<StandingRelease, 'health' | 'say' | 'isHopeless'>;

function progressOf(state: RolloutState, wanted: Generation): Words {
  const { rollout, pods } = state;
  if (!isSeen(rollout)) return { health: 'starting', say: 'the controller has not begun with it yet' };
  const own = podsOf(wanted.replicaSet, pods);
  const trouble = troubleOf(own);
  if (trouble !== null) return { health: 'unhealthy', say: trouble, isHopeless: true };
  const ready = own.filter(isReady).length;
  const desired = wanted.replicaSet?.spec.replicas ?? 0;
  const say = sayPhase(rollout);
  const health = healthOf(rollout, desired > 0 && ready >= desired, isUnderWay(state));
  return { health, say, ...(health === 'unhealthy' ? { isHopeless: true } : {}) };
}

/** `status.phase` is Healthy, Progressing, Paused or Degraded; any other word is none that we know. */
function healthOf({ status }: Rollout, isUp: boolean, isOnItsWay: boolean): Health {
  if (status?.abort === true) return 'unhealthy';
  switch (status?.phase) {
    case 'Degraded':
      return 'unhealthy';
    case 'Progressing':
      return 'starting';
    case 'Paused':
      return isUp ? 'healthy' : 'starting';
    case 'Healthy':
      return isUp && !isOnItsWay ? 'healthy' : 'starting';
    default:
      return 'unknown';
  }
}

function sayPhase({ status }: Rollout): string {
  const { phase = 'no phase', message = '' } = status ?? {};
  return oneLine(message === '' ? phase : `${phase}: ${message}`);
}
