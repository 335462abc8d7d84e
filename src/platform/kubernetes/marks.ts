import { digestOf } from '../../core/canonical.ts';
import type { Version } from '../../core/plan.ts';
import type { Intent } from '../platform.ts';
import { commitOf, versionOf } from './image.ts';
import type { Container, Labels, Template } from './schema.ts';

/**
 * What we write on objects. On the template of the pods: which release it is, of which version and image; a template is
 * what a ReplicaSet keeps. On the object itself: the last intent and which release it was of, which the controller copies to
 * the ReplicaSet.
 */
export const marks = {
  release: 'slipway/release',
  version: 'slipway/version',
  commit: 'slipway/commit',
  image: 'slipway/image',
  intent: 'slipway/intent',
  of: 'slipway/of',
  replicas: 'slipway/replicas',
  changeCause: 'kubernetes.io/change-cause',
} as const;

/** The same for the same intent, so that asking twice makes one release. */
export function releaseIdOf({ id }: Intent): string {
  return `r-${digestOf(`slipway/kubernetes-release/v1\n${id}`).slice(0, 16)}`;
}

export function templateMarks(
  intent: Intent,
  version: Version,
  image: string,
): Record<string, string | null> {
  return {
    [marks.release]: releaseIdOf(intent),
    [marks.version]: version.name,
    [marks.commit]: version.commit,
    [marks.image]: image,
  };
}

export function objectMarks(intent: Intent, version: Version, releaseId: string): Labels {
  return {
    [marks.intent]: intent.id,
    [marks.of]: releaseId,
    [marks.version]: version.name,
    [marks.changeCause]: `slipway ${version.name} (${intent.deploymentId})`,
  };
}

/** The last intent of ours on an object, where it was of this release: marks stay when somebody else changes the rest. */
export function intentOf(said: Labels | undefined, releaseId: string): string | null {
  return said?.[marks.of] === releaseId ? (said[marks.intent] ?? null) : null;
}

export type Identity = {
  /** Null where somebody else made it, or changed the image under our marks. */
  readonly releaseId: string | null;
  readonly version: Version;
};

/**
 * Which release a template is. Marks outlive a `kubectl set image`, which changes the image and leaves them: they count
 * only for the image that they were written for.
 */
export function identify(template: Template, container: Container, pattern: string): Identity {
  const said = template.metadata.annotations ?? {};
  const isOurs = said[marks.release] !== undefined && said[marks.image] === container.image;
  const name = isOurs ? (said[marks.version] ?? null) : null;
  const named = name ?? versionOf(pattern, container.image);
  const commit = isOurs ? (said[marks.commit] ?? null) : null;
  return {
    releaseId: isOurs ? (said[marks.release] ?? null) : null,
    version: { name: named, commit: commit ?? commitOf(named) },
  };
}
