import type { Version } from '../../../core/plan.ts';
import type { Intent } from '../../platform.ts';
import { objectMarks, releaseIdOf, templateMarks } from '../marks.ts';
import type { Patch } from '../patches.ts';
import type { Rollout } from './rollout.ts';

/**
 * A custom resource knows no strategic merge, and a merge patch would replace the whole list of containers: so one image
 * is changed by its place in the list, which the version of the object that we read holds still.
 */
export function rolloutImagePatch(
  { metadata, spec }: Rollout,
  intent: Intent,
  version: Version,
  image: string,
  container: string,
): Patch {
  const index = spec.template.spec.containers.findIndex(({ name }) => name === container);
  const said = Object.entries({
    ...spec.template.metadata.annotations,
    ...templateMarks(intent, version, image),
  }).filter(([, value]) => value !== null);
  return {
    type: 'application/json-patch+json',
    body: [
      { op: 'replace', path: '/metadata/resourceVersion', value: metadata.resourceVersion },
      {
        op: 'add',
        path: '/metadata/annotations',
        value: { ...metadata.annotations, ...objectMarks(intent, version, releaseIdOf(intent)) },
      },
      { op: 'add', path: '/spec/template/metadata/annotations', value: Object.fromEntries(said) },
      { op: 'replace', path: `/spec/template/spec/containers/${index}/image`, value: image },
    ],
  };
}

/** On the status subresource, as `kubectl argo rollouts` does it. */
export const statusPatches = {
  /** On to the next step. */
  promote: { type: 'application/merge-patch+json', body: { status: { pauseConditions: null } } },
  /** Past all steps. */
  promoteFull: { type: 'application/merge-patch+json', body: { status: { promoteFull: true } } },
  /** All traffic back to the stable version. The spec goes on naming the bad one, and the Rollout stays Degraded. */
  abort: { type: 'application/merge-patch+json', body: { status: { abort: true } } },
} as const satisfies Record<string, Patch>;
