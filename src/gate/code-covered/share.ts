import type { Verdict } from '../../core/verdict.ts';
import { worst } from '../../core/verdict.ts';
import { percent } from '../words.ts';

/** How much of what there is was run. */
export type Share = { readonly covered: number; readonly total: number };

export const measures = ['lines', 'branches', 'functions', 'statements'] as const;
export type Measure = (typeof measures)[number];

/** Null: the report does not say. */
export type Coverage = Readonly<Record<Measure, Share | null>>;

export type Wanted = Readonly<Partial<Record<Measure, number>>>;

/** Every share that is asked for is there and large enough; a share of nothing is not known. */
export function judgeCoverage(coverage: Coverage, wanted: Wanted): Verdict {
  const asked = measures.filter((measure) => wanted[measure] !== undefined);
  const verdicts = asked.map((measure) => judgeShare(measure, coverage[measure], wanted[measure] ?? 100));
  const verdict = worst(verdicts);
  if (verdict.kind !== 'pass') return verdict;
  return { kind: 'pass', because: verdicts.map(({ because }) => because).join(', ') };
}

function judgeShare(measure: Measure, share: Share | null, percentMin: number): Verdict {
  if (share === null) return { kind: 'unknown', because: `the report says nothing of ${measure}` };
  const { covered, total } = share;
  if (total <= 0) return { kind: 'unknown', because: `the report knows no ${measure}` };
  const said = `${percent((100 * covered) / total)} of ${total} ${measure} covered`;
  if (covered * 100 >= percentMin * total) return { kind: 'pass', because: said };
  return { kind: 'fail', because: `${said}, and not the ${percentMin} % asked for` };
}
