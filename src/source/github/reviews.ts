import { z } from 'zod';
import { Failed } from '../../core/failure.ts';
import type { Reviews } from '../source.ts';
import type { Client } from './client.ts';
import { authorOf } from './compare.ts';
import { everyPage } from './every-page.ts';
import { listed } from './judge-checks.ts';

const Pull = z.object({
  number: z.int(),
  html_url: z.url(),
  merged_at: z.string().nullable(),
  merge_commit_sha: z.string().nullable(),
  head: z.object({ sha: z.string() }),
});
type Pull = z.infer<typeof Pull>;

const Review = z.object({
  state: z.string(),
  commit_id: z.string().nullable(),
  user: z.object({ login: z.string() }).nullable(),
});
type Review = z.infer<typeof Review>;

const PAGES_MAX = 5;

/** Of the pull request that brought a commit. What was said of something older than what was merged does not count. */
export async function reviewsOf(client: Client, commit: string): Promise<Reviews> {
  const pull = await pullOf(client, commit);
  if (pull === null) return unknown('no pull request is known that brought it');
  try {
    const { lines, isWhole } = await everyPage(PAGES_MAX, (page) =>
      client.get('/pulls/{pull_number}/reviews', z.array(Review), { pull_number: pull.number, ...page }),
    );
    return isWhole ? judgeReviews(pull, lines) : unknown(`#${pull.number} has more reviews than are read`);
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    return unknown(`the reviews of #${pull.number} could not be read: ${error.failure.message}`);
  }
}

/** The one whose merging made the commit, else the only merged one that it is part of. */
async function pullOf(client: Client, commit: string): Promise<Pull | null> {
  const path = '/commits/{commit_sha}/pulls';
  const pulls = (await client.find(path, z.array(Pull), { commit_sha: commit, per_page: 100 })) ?? [];
  const merged = pulls.filter(({ merged_at }) => merged_at !== null);
  const made = merged.find(({ merge_commit_sha }) => merge_commit_sha === commit);
  return made ?? (merged.length === 1 ? (merged[0] ?? null) : null);
}

/** A comment takes nothing back; what is pending nobody but its author has seen. */
const verdicts = new Set(['APPROVED', 'CHANGES_REQUESTED', 'DISMISSED']);

/** @param reviews oldest first, as GitHub lists them: of each reviewer the latest verdict counts */
export function judgeReviews({ number, html_url, head }: Pull, reviews: readonly Review[]): Reviews {
  const latest = new Map<string, Review>();
  for (const review of reviews) {
    if (review.user !== null && verdicts.has(review.state)) latest.set(review.user.login, review);
  }
  const saying = (state: string) => [...latest].filter(([, review]) => review.state === state);
  const against = saying('CHANGES_REQUESTED').map(([login]) => login);
  const approving = saying('APPROVED');
  const bound = approving.filter(([, { commit_id }]) => commit_id === head.sha).map(([login]) => login);
  const answer = (state: Reviews['state'], because: string): Reviews => ({
    state,
    approvedBy: bound.map((login) => authorOf(login, login)),
    because,
    url: html_url,
  });
  if (against.length > 0)
    return answer('changes-requested', `${listed(against)} asked for changes in #${number}`);
  if (bound.length > 0) return answer('approved', `${listed(bound)} approved #${number}`);
  const late = approving.length > 0 ? ', and what was approved is older than what was merged' : '';
  return answer('not-approved', `nobody approved #${number} as it was merged${late}`);
}

function unknown(because: string): Reviews {
  return { state: 'unknown', approvedBy: [], because, url: null };
}
