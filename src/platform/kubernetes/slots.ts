import type { Version } from '../../core/plan.ts';
import type { StandingRelease } from '../platform.ts';
import { conflict } from './changing.ts';
import type { Cluster } from './client.ts';
import { type DeploymentState, type Naming, readDeployment, standingOf } from './deployment.ts';
import { createdMs } from './generations.ts';
import { marks } from './marks.ts';

/** Two Deployments that take turns: while one serves, the next version is brought up in the other. */
export type Slots = readonly [DeploymentState, DeploymentState];

/** Where traffic goes, by the reading of whatever divides it. */
export type Traffic = {
  percentOf(releaseId: string): number;
  /** What goes to neither of the two. */
  readonly elsewherePercent: number;
  /** Why nobody is served, in the words of what divides the traffic; null where nothing is wrong. */
  readonly trouble: string | null;
};

export function readSlots(
  cluster: Cluster,
  names: readonly [string, string],
  naming: Naming,
): Promise<[DeploymentState, DeploymentState]> {
  return Promise.all([readDeployment(cluster, names[0], naming), readDeployment(cluster, names[1], naming)]);
}

export function nameOf({ deployment }: DeploymentState): string {
  return deployment.metadata.name;
}

/** Whether any of its pods gets traffic. */
export function serves({ generations }: DeploymentState, traffic: Traffic): boolean {
  return generations.some(({ releaseId }) => traffic.percentOf(releaseId) > 0);
}

/**
 * Where the next version is brought up: the one without traffic. Where neither has any, the empty one, or else the one
 * that was changed longest ago.
 * @throws {Failed} `conflict` while both have traffic
 */
export function idleOf(slots: Slots, traffic: Traffic): DeploymentState {
  const idle = slots.filter((slot) => !serves(slot, traffic));
  const [first, second] = idle;
  if (first === undefined) {
    const names = slots.map(nameOf).join(' and ');
    throw conflict(
      `${names} both have traffic: give all of it to one of them first, so that the other is free`,
    );
  }
  if (second === undefined) return first;
  const rank = (slot: DeploymentState) => (isEmpty(slot) ? -1 : wantedSinceMs(slot));
  return rank(second) < rank(first) ? second : first;
}

/** As many pods as the configuration says, or as serve now, or as there were when it was last used. */
export function podsFor(idle: DeploymentState, slots: Slots, configured: number | undefined): number {
  const other = slots.find((slot) => slot !== idle);
  const kept = Number(idle.deployment.metadata.annotations?.[marks.replicas] ?? 0) || 0;
  const now = other?.deployment.spec.replicas ?? 0;
  return configured ?? (now > 0 ? now : Math.max(kept, 1));
}

export function isEmpty({ deployment }: DeploymentState): boolean {
  return deployment.spec.replicas === 0;
}

function wantedSinceMs({ generations }: DeploymentState): number {
  const replicaSet = generations.find(({ isWanted }) => isWanted)?.replicaSet ?? null;
  return replicaSet === null ? Number.POSITIVE_INFINITY : createdMs(replicaSet);
}

const nobodyKnows: Version = { name: 'something else', commit: null };

/** Everything that stands at both, with the share of whoever else stands behind the same door. */
export function standingOfSlots(slots: Slots, traffic: Traffic): StandingRelease[] {
  const ours = slots.flatMap((slot) => standingOf(slot, traffic.percentOf));
  const { trouble, elsewherePercent } = traffic;
  const known =
    trouble === null ? ours : ours.map((release) => ({ ...release, say: `${release.say}; ${trouble}` }));
  if (elsewherePercent === 0) return known;
  const names = slots.map(nameOf).join(' nor ');
  const stranger: StandingRelease = {
    releaseId: 'elsewhere',
    version: nobodyKnows,
    trafficPercent: elsewherePercent,
    health: 'unknown',
    say: `pods that belong neither to ${names} get traffic, too`,
    url: null,
    intentId: null,
  };
  return [...known, stranger];
}
