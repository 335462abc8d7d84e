import { z } from 'zod';
import type { Change, ChangeReview } from '../source.ts';
import type { Client } from './client.ts';
import { everyPage } from './every-page.ts';

const User = z.object({ login: z.string() }).nullable();
export const Pull = z.object({
  number: z.int(),
  html_url: z.url(),
  merged_at: z.string().nullable(),
  merge_commit_sha: z.string().nullable(),
  head: z.object({ sha: z.string() }),
  user: User.optional(),
});
export type Pull = z.infer<typeof Pull>;

export const Review = z.object({ state: z.string(), commit_id: z.string().nullable(), user: User });
export type Review = z.infer<typeof Review>;

const Written = z.object({ sha: z.string(), author: User.optional(), committer: User.optional() });

const PAGES_MAX = 5;
/** "Lists a maximum of 250 commits for a pull request": GitHub's page about them. */
const COMMITS_MAX = 250;
/** Commits by whom GitHub makes itself, such as merges and what its page edits. */
const ITSELF = 'web-flow';

/** The one whose merging made the commit, else the only merged one that it is part of. */
export async function pullOf(client: Client, commit: string): Promise<Pull | null> {
  const path = '/commits/{commit_sha}/pulls';
  const pulls = (await client.find(path, z.array(Pull), { commit_sha: commit, per_page: 100 })) ?? [];
  const merged = pulls.filter(({ merged_at }) => merged_at !== null);
  const made = merged.find(({ merge_commit_sha }) => merge_commit_sha === commit);
  return made ?? (merged.length === 1 ? (merged[0] ?? null) : null);
}

const Told = Review.extend({ author_association: z.string() });

/** Whoever else is seen there may read it, as everybody may where it is public. */
const insiders = new Set(['OWNER', 'MEMBER', 'COLLABORATOR']);

/** Oldest first, as GitHub lists them; without those of strangers and of programs, who vouch for nothing. */
export async function reviewsIn(client: Client, pull_number: number) {
  const { lines, isWhole } = await everyPage(PAGES_MAX, (page) =>
    client.get('/pulls/{pull_number}/reviews', z.array(Told), { pull_number, ...page }),
  );
  const counting = lines.filter(
    ({ author_association, user }) => insiders.has(author_association) && !user?.login.endsWith('[bot]'),
  );
  return { lines: counting, isWhole };
}

/** The pull request that brought a commit, with who wrote it and what was said of it. */
export async function changeOf(client: Client, commit: string): Promise<Change | null> {
  const pull = await pullOf(client, commit);
  if (pull === null) return null;
  const [reviews, commits] = await Promise.all([
    reviewsIn(client, pull.number),
    everyPage(PAGES_MAX, (page) =>
      client.get('/pulls/{pull_number}/commits', z.array(Written), { pull_number: pull.number, ...page }),
    ),
  ]);
  const writers = commits.lines.flatMap(({ author, committer }) => [author, committer]);
  const logins = [pull.user, ...writers].flatMap((user) => (user == null ? [] : [user.login]));
  return {
    name: `#${pull.number}`,
    authors: [...new Set(logins)].filter((login) => login !== ITSELF).map(account),
    anonymous: commits.lines.filter(({ author }) => author == null).map(({ sha }) => sha.slice(0, 7)),
    head: pull.head.sha,
    reviews: reviews.lines.flatMap(sayReview),
    isTruncated: !reviews.isWhole || !commits.isWhole || commits.lines.length >= COMMITS_MAX,
  };
}

const verdicts = new Map<string, ChangeReview['says']>([
  ['APPROVED', 'approved'],
  ['CHANGES_REQUESTED', 'changes-requested'],
  ['DISMISSED', 'dismissed'],
]);

/** A comment takes nothing back; what is pending nobody but its author has seen. */
function sayReview({ state, commit_id, user }: Review): ChangeReview[] {
  const says = verdicts.get(state);
  return says === undefined || user === null ? [] : [{ by: account(user.login), says, of: commit_id }];
}

function account(login: string): string {
  return `github:${login}`;
}
