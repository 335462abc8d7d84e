import type { Link, Project } from './schema.ts';

/**
 * Where Vercel is to take a commit from: the repository that the project is connected to. Null where it is connected to
 * none, or to one of a kind that can only be built from files.
 */
export function gitSourceOf({ link }: Project, sha: string): Readonly<Record<string, unknown>> | null {
  const repository = link == null ? null : repositoryOf(link);
  return repository === null ? null : { ...repository, ref: link?.productionBranch ?? 'main', sha };
}

function repositoryOf({ type, repoId, org, repo, projectId, owner, slug }: Link) {
  switch (type) {
    case 'github':
    case 'github-limited':
      return repoId === undefined ? whole({ type, org, repo }) : { type, repoId };
    case 'gitlab':
      return whole({ type, projectId });
    case 'bitbucket':
      return whole({ type, owner, slug });
    default:
      return null;
  }
}

/** Null where any part of it is not known. */
function whole(parts: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> | null {
  return Object.values(parts).includes(undefined) ? null : parts;
}
