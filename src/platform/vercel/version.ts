import type { Version } from '../../core/plan.ts';
import type { Intent } from '../platform.ts';
import type { Deployment } from './schema.ts';

const COMMIT_LETTERS = 12;

/** What we write on a deployment: Vercel keeps `meta` as it was given, and hands it out with every answer. */
export const mark = {
  intent: 'slipwayIntent',
  version: 'slipwayVersion',
  preview: 'slipwayPreview',
} as const;

export function marked(intent: Intent, version: Version): Record<string, string> {
  return { [mark.intent]: intent.id, [mark.version]: version.name };
}

/** A word of `meta`; null where it has no such word, or something that is no word. */
export function metaOf({ meta }: Pick<Deployment, 'meta'>, key: string): string | null {
  const value = meta?.[key];
  return typeof value === 'string' && value !== '' ? value : null;
}

/** Its commit is what Vercel says that it has built, never what we asked for. */
export function versionOf(deployment: Pick<Deployment, 'id' | 'meta'>): Version {
  const commit =
    metaOf(deployment, 'githubCommitSha') ??
    metaOf(deployment, 'gitlabCommitSha') ??
    metaOf(deployment, 'bitbucketCommitSha');
  const name = metaOf(deployment, mark.version) ?? commit?.slice(0, COMMIT_LETTERS) ?? deployment.id;
  return { name, commit };
}

export function subjectOf(deployment: Pick<Deployment, 'meta'>): string | null {
  const message =
    metaOf(deployment, 'githubCommitMessage') ??
    metaOf(deployment, 'gitlabCommitMessage') ??
    metaOf(deployment, 'bitbucketCommitMessage');
  return message?.split('\n')[0] ?? null;
}
