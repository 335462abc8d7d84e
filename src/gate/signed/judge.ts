import type { Verdict } from '../../core/verdict.ts';
import type { Signature } from '../../source/source.ts';
import { short } from '../from-source.ts';
import { count, names, quoted } from '../words.ts';

export type Signed =
  | {
      readonly kind: 'known';
      readonly commits: readonly { readonly id: string; readonly signature: Signature | null }[];
    }
  | { readonly kind: 'not-known'; readonly because: string };

/** Reasons by which the source says that it could not find out. */
const undecided = new Set(['gpgverify_error', 'gpgverify_unavailable']);

export function judgeSignatures(found: Signed): Verdict {
  if (found.kind === 'not-known') return { kind: 'unknown', because: found.because };
  const { commits } = found;
  const bad = commits.filter(
    ({ signature }) => signature !== null && !signature.isVerified && !undecided.has(signature.because),
  );
  if (bad.length > 0) {
    const said = bad.map(({ id, signature }) => `${short(id)} (${quoted(signature?.because ?? '')})`);
    return { kind: 'fail', because: `not signed by a key that is known: ${names(said)}` };
  }
  const open = commits.filter(({ signature }) => signature?.isVerified !== true).map(({ id }) => short(id));
  if (open.length > 0) return { kind: 'unknown', because: `nobody could verify who signed ${names(open)}` };
  if (commits.length === 0) return { kind: 'unknown', because: 'no commit was looked at' };
  return { kind: 'pass', because: `${count(commits.length, 'commit')} signed and verified` };
}
