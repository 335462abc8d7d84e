import type { Numbers } from '../../../core/numbers.ts';
import type { Heard } from './hear.ts';
import { numbersOf } from './sums.ts';

type Shown = { readonly numbers: Numbers | null; readonly numbersBefore: Numbers | null };

/**
 * What people are shown beside a verdict: the numbers of the source that it rests on, so that they never speak against
 * it. Sources may count different things, and the first one of the configuration may be the one that finds all well.
 */
export function numbersFor(heard: readonly Heard[]): Shown {
  const counted = heard.flatMap(({ evidence, judgement }) =>
    evidence === null || evidence.sums === null ? [] : [{ evidence, judgement }],
  );
  const decided =
    counted.find(({ judgement }) => judgement.verdict.kind === 'fail') ??
    counted.find(({ judgement }) => judgement.isPaused) ??
    counted[0];
  if (decided === undefined) return { numbers: null, numbersBefore: null };
  const { evidence } = decided;
  return { numbers: numbersOf(evidence, 'canary'), numbersBefore: numbersOf(evidence, 'stable') };
}
