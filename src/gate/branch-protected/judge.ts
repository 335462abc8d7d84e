import { type Verdict, worst } from '../../core/verdict.ts';
import type { Protection } from '../../source/source.ts';
import { count, names } from '../words.ts';

export type Demanded = {
  readonly approvals: number;
  readonly checks: readonly string[];
  readonly forgetsStale: boolean;
  readonly signatures: boolean;
};

/** Nobody may write over what was reviewed, and everything that is asked for has to be demanded there. */
export function judgeProtection(found: Protection, demanded: Demanded): Verdict {
  const missing = (checks: readonly string[]) => demanded.checks.filter((name) => !checks.includes(name));
  const facts: readonly (readonly [isAsked: boolean, isSo: boolean | null, otherwise: string])[] = [
    [true, found.forbidsForce, 'lets its history be written over'],
    [
      demanded.approvals > 0,
      isAtLeast(found.approvals, demanded.approvals),
      `does not demand ${count(demanded.approvals, 'approval')}`,
    ],
    [
      demanded.checks.length > 0,
      found.requiredChecks === null ? null : missing(found.requiredChecks).length === 0,
      `does not demand ${names(missing(found.requiredChecks ?? []))}`,
    ],
    [demanded.forgetsStale, found.forgetsStale, 'keeps approvals of what was changed since'],
    [demanded.signatures, found.demandsSignatures, 'does not demand signatures'],
  ];
  const verdicts = facts
    .filter(([isAsked]) => isAsked)
    .map(([, isSo, otherwise]) => verdictOf(found, isSo, otherwise));
  const verdict = worst(verdicts);
  return verdict.kind === 'pass'
    ? { kind: 'pass', because: `${found.branch} is protected as it is asked for` }
    : verdict;
}

function verdictOf({ branch, unread }: Protection, isSo: boolean | null, otherwise: string): Verdict {
  if (isSo === true) return { kind: 'pass', because: 'it is so' };
  if (isSo === false) return { kind: 'fail', because: `${branch} ${otherwise}` };
  const what = unread.length === 0 ? '' : `, because not readable: ${names(unread)}`;
  return { kind: 'unknown', because: `it is not known whether ${branch} ${otherwise}${what}` };
}

function isAtLeast(found: number | null, wanted: number): boolean | null {
  return found === null ? null : found >= wanted;
}
