import { isDeepStrictEqual } from 'node:util';
import { judges } from './judges.ts';
import type { Options } from './options.ts';
import type { Measured } from './run.ts';
import type { Tally } from './tally.ts';

/** What `--json` keeps of a run. */
export type Kept = { readonly seed: number; readonly measured: readonly Measured[] };

/** As JSON has it: what did not happen, infinitely late, is null there. */
export function keptFrom(text: string): Kept {
  return JSON.parse(text, (key, value: unknown) =>
    value === null && (key === 'median' || key === 'p95') ? Number.POSITIVE_INFINITY : value,
  ) as Kept;
}

/**
 * What was measured now, and of an earlier run the judges that were not asked now: theirs need not be measured again when
 * only ours has changed. @throws where the earlier run had other rollouts
 */
export function beside(
  kept: Kept,
  measured: readonly Measured[],
  { seed }: Pick<Options, 'seed'>,
): Measured[] {
  if (kept.seed !== seed) throw new Error(`That run had the seed ${kept.seed}, and this one has ${seed}.`);
  return measured.map((now) => {
    const before = kept.measured.find(({ key }) => key === now.key);
    if (before === undefined || !isSame(before, now))
      throw new Error(`That run did not have the same rollouts of ${now.key}.`);
    const others = before.tallies.filter(({ judge }) => now.tallies.every((tally) => tally.judge !== judge));
    return { ...now, tallies: [...others, ...now.tallies].toSorted((a, b) => place(a) - place(b)) };
  });
}

function isSame(before: Measured, now: Measured): boolean {
  const rollouts = ({ tallies }: Measured) => tallies[0]?.rollouts;
  return isDeepStrictEqual(before.cell, now.cell) && rollouts(before) === rollouts(now);
}

function place({ judge }: Tally): number {
  return judges.findIndex(({ name }) => name === judge);
}
