import type { Version } from '../../core/plan.ts';
import type { Deploy, Service } from './schema.ts';

const COMMIT_LETTERS = 12;

/** Render keeps no name of ours with a deploy: it is called by its commit, or by the tag of its image. */
export function versionOf(deploy: Pick<Deploy, 'id' | 'commit' | 'image'>): Version {
  const commit = deploy.commit?.id ?? null;
  if (commit !== null && commit !== '') return { name: commit.slice(0, COMMIT_LETTERS), commit };
  const ref = deploy.image?.ref ?? '';
  return { name: tagOf(ref) ?? deploy.id, commit: null };
}

/** Whether a deploy is of this version: by commit where both are known, by the image's tag otherwise. */
export function isOfVersion(deploy: Deploy, version: Version): boolean {
  const its = versionOf(deploy);
  return its.commit !== null && version.commit !== null
    ? its.commit === version.commit
    : its.name === version.name;
}

/** `docker.io/acme/shop:v3` → `docker.io/acme/shop:v4`: host and name of an image stay, as Render demands. */
export function imageOf({ imagePath }: Service, name: string): string | null {
  if (imagePath === undefined || imagePath === '') return null;
  const base = imagePath.replace(/@sha256:[0-9a-f]*$/, '').replace(/:[^:/]*$/, '');
  return /^sha256:[0-9a-f]{64}$/.test(name) ? `${base}@${name}` : `${base}:${name}`;
}

function tagOf(ref: string): string | null {
  return /@(sha256:[0-9a-f]{64})$/.exec(ref)?.[1] ?? /:([^:/]+)$/.exec(ref)?.[1] ?? null;
}
