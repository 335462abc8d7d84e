import { type Verdict, worst } from '../../core/verdict.ts';
import type { Change } from '../../source/source.ts';
import { count, names } from '../words.ts';

export type Reviewed =
  | {
      readonly kind: 'known';
      readonly changes: readonly { readonly commit: string; readonly change: Change | null }[];
    }
  | { readonly kind: 'not-known'; readonly because: string };

export function judgeReviews(found: Reviewed, approvals: number): Verdict {
  if (found.kind === 'not-known') return { kind: 'unknown', because: found.because };
  const strays = found.changes.filter(({ change }) => change === null).map(({ commit }) => commit);
  const changes = new Map(
    found.changes.flatMap(({ change }) => (change === null ? [] : [[change.name, change] as const])),
  );
  const verdict = worst([
    ...[...changes.values()].map((change) => judgeChange(change, approvals)),
    ...(strays.length === 0 ? [] : [stray(strays)]),
  ]);
  if (verdict.kind !== 'pass') return verdict;
  return {
    kind: 'pass',
    because: `${count(changes.size, 'change')} approved: ${names([...changes.keys()])}`,
  };
}

/** What came by no change that anybody could have reviewed. */
function stray(commits: readonly string[]): Verdict {
  return { kind: 'unknown', because: `nothing is known that was reviewed and brought ${names(commits)}` };
}

/** Of each reviewer the latest word counts, and of whoever wrote any of it none. */
function judgeChange(change: Change, approvals: number): Verdict {
  const { name, authors, anonymous, head, reviews, isTruncated } = change;
  const latest = new Map(reviews.map((review) => [review.by, review]));
  const against = [...latest.values()].filter(({ says }) => says === 'changes-requested');
  if (against.length > 0) {
    return { kind: 'fail', because: `${names(against.map(({ by }) => by))} asked for changes in ${name}` };
  }
  if (isTruncated) return { kind: 'unknown', because: `${name} has more commits or reviews than are read` };
  const said = [...latest.values()].filter(({ says }) => says === 'approved');
  const good = said.filter(({ by, of }) => of === head && !authors.includes(by));
  if (good.length >= approvals && anonymous.length > 0) {
    const because = `the author of ${names(anonymous)} in ${name} has no account that is known, and may be who approved it`;
    return { kind: 'unknown', because };
  }
  if (good.length >= approvals) {
    return { kind: 'pass', because: `${names(good.map(({ by }) => by))} approved ${name}` };
  }
  const stale =
    said.length > good.length ? '; what else was said is of its authors, or older than the code' : '';
  const many = `${count(good.length, 'approval')} of ${approvals}`;
  return { kind: 'fail', because: `${name} has ${many}${stale}` };
}
