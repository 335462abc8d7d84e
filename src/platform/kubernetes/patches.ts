import type { Version } from '../../core/plan.ts';
import type { Intent } from '../platform.ts';
import { marks, objectMarks, releaseIdOf, templateMarks } from './marks.ts';
import type { Labels, Template } from './schema.ts';
import { withoutHash } from './template.ts';

/** A change of one object, in one of the ways that the API server understands. */
export type Patch =
  | { readonly type: 'application/strategic-merge-patch+json'; readonly body: object }
  | { readonly type: 'application/merge-patch+json'; readonly body: object }
  | { readonly type: 'application/json-patch+json'; readonly body: readonly object[] };

type Versioned = {
  readonly metadata: { readonly resourceVersion: string; readonly annotations?: Labels | undefined };
};

/** A release that a ReplicaSet still keeps. */
type Kept = { readonly releaseId: string; readonly version: Version; readonly template: Template };

/** Strategic merge knows containers by their name, so that everything else about them stays. For built-in kinds only. */
export function imagePatch(
  of: Versioned,
  said: {
    readonly intent: Intent;
    readonly version: Version;
    readonly image: string;
    readonly container: string;
    readonly replicas?: number;
  },
): Patch {
  const { intent, version, image, container, replicas } = said;
  return {
    type: 'application/strategic-merge-patch+json',
    body: {
      metadata: {
        resourceVersion: of.metadata.resourceVersion,
        annotations: objectMarks(intent, version, releaseIdOf(intent)),
      },
      spec: {
        ...(replicas === undefined ? {} : { replicas }),
        template: {
          metadata: { annotations: templateMarks(intent, version, image) },
          spec: { containers: [{ name: container, image }] },
        },
      },
    },
  };
}

/**
 * Puts a kept template back whole, as `kubectl rollout undo` does: merging it would leave what was added since. Writing
 * the version of the object that we read makes the server answer 409 when it has changed meanwhile.
 */
export function templatePatch(of: Versioned, intent: Intent, kept: Kept): Patch {
  return {
    type: 'application/json-patch+json',
    body: [
      { op: 'replace', path: '/metadata/resourceVersion', value: of.metadata.resourceVersion },
      {
        op: 'add',
        path: '/metadata/annotations',
        value: { ...of.metadata.annotations, ...objectMarks(intent, kept.version, kept.releaseId) },
      },
      { op: 'replace', path: '/spec/template', value: withoutHash(kept.template) },
    ],
  };
}

/** Remembers how many there were, for when it is brought up again and nobody else can tell. */
export function replicasPatch(of: Versioned, replicas: number, before?: number): Patch {
  const annotations = before === undefined ? {} : { annotations: { [marks.replicas]: String(before) } };
  return {
    type: 'application/merge-patch+json',
    body: { metadata: { resourceVersion: of.metadata.resourceVersion, ...annotations }, spec: { replicas } },
  };
}

/**
 * A merge patch keeps every key that it does not name: an old key that stays would select the pods that have both, which
 * are none. So every key that shall go is named with null.
 */
export function selectorPatch(
  of: Versioned & { readonly spec: { readonly selector?: Labels | undefined } },
  selector: Labels,
): Patch {
  const gone = Object.keys(of.spec.selector ?? {}).filter((key) => !Object.hasOwn(selector, key));
  const nulls = Object.fromEntries(gone.map((key) => [key, null]));
  return {
    type: 'application/merge-patch+json',
    body: {
      metadata: { resourceVersion: of.metadata.resourceVersion },
      spec: { selector: { ...nulls, ...selector } },
    },
  };
}
