import type { Verdict } from '../../core/verdict.ts';
import { count, names, percent } from '../words.ts';

/** How the tests of one run ended. What was skipped has shown nothing. */
export type Tally = {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Names of those that failed, as far as they have any. */
  readonly failing: readonly string[];
};

export type Limits = { readonly passedPercentMin: number; readonly testsMin: number };

export function judgeTally(
  { passed, failed, skipped, failing }: Tally,
  { passedPercentMin, testsMin }: Limits,
): Verdict {
  const ran = passed + failed;
  const besides = skipped === 0 ? '' : `, ${skipped} skipped`;
  if (ran < testsMin) {
    return { kind: 'unknown', because: `${count(ran, 'test')} ran${besides}, and at least ${testsMin} must` };
  }
  const said = `${passed} of ${count(ran, 'test')} passed${besides}`;
  // Multiplied out: no rounding may make a failed test a passed one.
  if (passed * 100 >= passedPercentMin * ran) return { kind: 'pass', because: said };
  const which = failing.length === 0 ? '' : `; failed: ${names(failing)}`;
  const wanted =
    passedPercentMin === 100
      ? ''
      : `, ${percent((100 * passed) / ran)} and not the ${passedPercentMin} % asked for`;
  return { kind: 'fail', because: `${said}${wanted}${which}` };
}
