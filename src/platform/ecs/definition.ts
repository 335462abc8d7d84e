import { Failed } from '../../core/failure.ts';
import type { Version } from '../../core/plan.ts';
import type { Intent } from '../platform.ts';
import type { Address } from './address.ts';
import type { Described, TaskDefinition } from './schema.ts';

/** What our revisions of a task definition carry. */
const TAG = { intent: 'slipway-intent', version: 'slipway-version', commit: 'slipway-commit' } as const;

/** What ECS says of a task definition and does not take back when it is registered again. */
const ONLY_TOLD = new Set([
  'taskDefinitionArn',
  'revision',
  'status',
  'requiresAttributes',
  'compatibilities',
  'registeredAt',
  'registeredBy',
  'deregisteredAt',
  'deleteRequestedAt',
]);

/** `shop:42`: what people call a task definition, and what an ARN of one ends with. */
export function shortName(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}

export function intentOf({ tags }: Described): string | null {
  return tags.find(({ key }) => key === TAG.intent)?.value ?? null;
}

export function versionOf({ taskDefinition, tags }: Described, { container, image }: Address): Version {
  const tag = (wanted: string) => tags.find(({ key }) => key === wanted)?.value ?? null;
  const runs = taskDefinition.containerDefinitions.find(({ name }) => name === container)?.image ?? '';
  const repository = image.replace('{version}', '');
  const name = runs.startsWith(repository) ? runs.slice(repository.length) : runs;
  // Whoever copies one of ours copies its tags, and changes its image.
  if (tag(TAG.version) !== name) return { name: name === '' ? 'unknown' : name, commit: null };
  return { name, commit: tag(TAG.commit) };
}

/** The same task definition with another image and our tags. @throws {Failed} where it has no such container */
export function nextOf(
  { taskDefinition, tags }: Described,
  address: Address,
  intent: Intent,
  version: Version,
) {
  const { container, image } = address;
  if (!/^\w[\w.-]{0,127}$/.test(version.name)) {
    throw rejected(`${version.name.slice(0, 60)} is no tag of an image: letters, digits, _ . and - only`);
  }
  if (!taskDefinition.containerDefinitions.some(({ name }) => name === container)) {
    throw rejected(`the task definition ${taskDefinition.family} has no container ${container}`);
  }
  const ours: readonly (readonly [string, string | null])[] = [
    [TAG.intent, intent.id],
    [TAG.version, version.name],
    [TAG.commit, version.commit],
  ];
  const names = new Set<string>(ours.map(([key]) => key));
  return {
    ...kept(taskDefinition),
    containerDefinitions: taskDefinition.containerDefinitions.map((each) =>
      each.name === container ? { ...each, image: image.replace('{version}', version.name) } : each,
    ),
    tags: [
      ...tags.filter(({ key }) => !names.has(key)),
      ...ours.flatMap(([key, value]) => (value === null ? [] : [{ key, value }])),
    ],
  };
}

function kept(taskDefinition: TaskDefinition): Record<string, unknown> {
  return Object.fromEntries(Object.entries(taskDefinition).filter(([key]) => !ONLY_TOLD.has(key)));
}

function rejected(message: string): Failed {
  return new Failed({ code: 'rejected', message, retryAfterMs: null });
}
