import { closest } from '../../core/closest.ts';
import { type Offer, type Refusal, refuse } from '../../core/refusal.ts';
import { code } from '../../core/text.ts';
import type { KnownVersion } from '../../platform/platform.ts';
import { didYouMean } from './say.ts';

const COMMIT_LETTERS_MIN = 7;

/**
 * The version that somebody means: a name, or at least seven letters of a commit. Null asks for the newest. What fits
 * nothing, or more than one commit, is refused with what was probably meant.
 */
export function chooseVersion(
  service: string,
  versions: readonly KnownVersion[],
  ref: string | null,
  offer: (version: string) => Offer,
): KnownVersion | Refusal {
  if (ref === null) return versions[0] ?? refuse('not-found', [`There is no version of ${service} yet.`]);
  const named = versions.find(({ name }) => name === ref);
  if (named !== undefined) return named;
  const byCommit =
    ref.length < COMMIT_LETTERS_MIN ? [] : versions.filter(({ commit }) => commit?.startsWith(ref));
  const [only, ...others] = byCommit;
  if (only !== undefined && others.length === 0) return only;
  const meant = closest(
    ref,
    versions.map(({ name }) => name),
    3,
  );
  const offered = meant.length > 0 ? meant : versions.slice(0, 3).map(({ name }) => name);
  return refuse('not-found', [`${service} has no version named `, code(ref), '.'], {
    next: [meant.length > 0 ? didYouMean(meant) : 'The newest ones are:'],
    offers: offered.map(offer),
  });
}
