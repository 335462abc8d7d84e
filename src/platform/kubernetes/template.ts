import { canonical } from '../../core/canonical.ts';
import { Failed } from '../../core/failure.ts';
import type { Container, Labels, Template } from './schema.ts';

/** The label by which a controller tells its ReplicaSets apart; Deployments and Rollouts have one each. */
const HASH_LABELS = ['pod-template-hash', 'rollouts-pod-template-hash'] as const;

/** A ReplicaSet's template as it was before the controller added its label: that label, put back, would name the wrong ReplicaSet. */
export function withoutHash(template: Template): Template {
  const labels: Labels = Object.fromEntries(
    Object.entries(template.metadata.labels ?? {}).filter(
      ([key]) => !HASH_LABELS.some((label) => label === key),
    ),
  );
  return { ...template, metadata: { ...template.metadata, labels } };
}

/** Whether a ReplicaSet was made from this template, as the controller itself decides it. */
export function isSameTemplate(wanted: Template, kept: Template): boolean {
  return canonical(plain(wanted)) === canonical(plain(kept));
}

/** Servers write `creationTimestamp: null` into templates or leave it out. */
function plain(template: Template): unknown {
  const { metadata, spec } = withoutHash(template);
  const { creationTimestamp: _, ...rest } = metadata;
  return JSON.parse(JSON.stringify({ metadata: rest, spec }));
}

/**
 * The container that runs the service.
 * @throws {Failed} `rejected`: a patch that names another one would add it to the pods instead of changing the image.
 */
export function containerIn(template: Template, name: string | undefined, owner: string): Container {
  const { containers } = template.spec;
  const names = containers.map((container) => container.name).join(', ');
  const found = name === undefined ? containers : containers.filter((container) => container.name === name);
  const [container] = found;
  if (found.length === 1 && container !== undefined) return container;
  const message =
    name === undefined
      ? `${owner} has several containers (${names}): name one of them as container: in the service's address`
      : `${owner} has no container ${name}; it has ${names}. Correct container: in the service's address`;
  throw new Failed({ code: 'rejected', message, retryAfterMs: null });
}
