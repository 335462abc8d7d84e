import { Failed } from '../../core/failure.ts';
import type { Reviews } from '../source.ts';
import { type Pull, pullOf, type Review, reviewsIn } from './change.ts';
import type { Client } from './client.ts';
import { authorOf } from './compare.ts';
import { listed } from './judge-checks.ts';

/** Of the pull request that brought a commit. What was said of something older than what was merged does not count. */
export async function reviewsOf(client: Client, commit: string): Promise<Reviews> {
  const pull = await pullOf(client, commit);
  if (pull === null) return unknown('no pull request is known that brought it');
  try {
    const { lines, isWhole } = await reviewsIn(client, pull.number);
    return isWhole ? judgeReviews(pull, lines) : unknown(`#${pull.number} has more reviews than are read`);
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    return unknown(`the reviews of #${pull.number} could not be read: ${error.failure.message}`);
  }
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
