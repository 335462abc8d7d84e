import type { Version } from '../../core/plan.ts';
import { identify, intentOf } from './marks.ts';
import type { Container, Labels, Pod, ReplicaSet, Template } from './schema.ts';
import { isSameTemplate } from './template.ts';

/** What owns ReplicaSets: a Deployment or a Rollout, as far as it decides which release is which. */
export type Owner = {
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly generation: number;
    readonly annotations?: Labels | undefined;
  };
  readonly spec: { readonly template: Template };
};

/** One template that its owner has, or had and still keeps: one release. */
export type Generation = {
  readonly releaseId: string;
  readonly version: Version;
  readonly intentId: string | null;
  readonly template: Template;
  /** Null until the controller has made it. */
  readonly replicaSet: ReplicaSet | null;
  /** Whether it is what its owner wants now. */
  readonly isWanted: boolean;
};

/** A Deployment or a Rollout with what it owns. */
export type Owned = {
  readonly template: Template;
  readonly generations: readonly Generation[];
  readonly pods: readonly Pod[];
};

/**
 * The releases of one owner, the wanted one first, then newest first. A release is known by our mark, or else by the name
 * of its ReplicaSet: both are kept as long as the ReplicaSet is, so that what is to be put back can be found.
 */
export function generationsOf(
  owner: Owner,
  replicaSets: readonly ReplicaSet[],
  containerOf: (template: Template) => Container,
  pattern: string,
): Generation[] {
  const owned = replicaSets
    .filter(({ metadata }) => metadata.ownerReferences?.some(({ uid }) => uid === owner.metadata.uid))
    .toSorted((a, b) => createdMs(a) - createdMs(b) || revisionOf(a) - revisionOf(b));
  const wanted = owned.findLast(({ spec }) => isSameTemplate(owner.spec.template, spec.template)) ?? null;

  const taken = new Set<string>();
  const kept = owned.map((replicaSet): Generation => {
    const { metadata, spec } = replicaSet;
    const { releaseId, version } = identify(spec.template, containerOf(spec.template), pattern);
    // A template that somebody edited under our marks is theirs: the oldest with a mark is the one that we made.
    const isOurs = releaseId !== null && !taken.has(releaseId);
    if (isOurs) taken.add(releaseId);
    const isWanted = replicaSet === wanted;
    const id = isOurs ? releaseId : metadata.name;
    return {
      releaseId: id,
      version,
      intentId: intentOf(isWanted ? owner.metadata.annotations : metadata.annotations, id),
      template: spec.template,
      replicaSet,
      isWanted,
    };
  });
  const newestFirst = kept.toReversed();
  if (wanted === null) return [unseen(owner, containerOf, pattern, taken), ...newestFirst];
  return newestFirst.toSorted((a, b) => Number(b.isWanted) - Number(a.isWanted));
}

/** What is wanted before its ReplicaSet can be seen. */
function unseen(
  { metadata, spec }: Owner,
  containerOf: (template: Template) => Container,
  pattern: string,
  taken: ReadonlySet<string>,
): Generation {
  const { releaseId, version } = identify(spec.template, containerOf(spec.template), pattern);
  const isOurs = releaseId !== null && !taken.has(releaseId);
  const id = isOurs ? releaseId : `${metadata.name}-generation-${metadata.generation}`;
  return {
    releaseId: id,
    version,
    intentId: intentOf(metadata.annotations, id),
    template: spec.template,
    replicaSet: null,
    isWanted: true,
  };
}

export function createdMs({ metadata }: ReplicaSet): number {
  return Date.parse(metadata.creationTimestamp ?? '') || 0;
}

function revisionOf({ metadata }: ReplicaSet): number {
  const said =
    metadata.annotations?.['deployment.kubernetes.io/revision'] ??
    metadata.annotations?.['rollout.argoproj.io/revision'];
  return Number(said ?? 0) || 0;
}

/** What an owner's intent did, whichever call it was: the release that it made, or put back. */
export function madeByIntent(
  generations: readonly Generation[],
  intentId: string,
  releaseId: string,
): Generation | undefined {
  return (
    generations.find((generation) => generation.intentId === intentId) ??
    generations.find((generation) => generation.releaseId === releaseId)
  );
}
