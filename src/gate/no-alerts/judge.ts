import { type Verdict, worst } from '../../core/verdict.ts';
import type { Findings } from '../../source/source.ts';
import { judgeSeverities, type Limits } from '../severity-limits.ts';
import { count } from '../words.ts';

export type Wanted = Limits & {
  readonly of: readonly Findings['kind'][];
  readonly secrets: number;
};

/** Too many are too many although more may be hidden; and what could not be looked at is never none. */
export function judgeFindings(findings: readonly Findings[], wanted: Wanted): Verdict {
  const verdicts = wanted.of.map((kind) => {
    const found = findings.find((each) => each.kind === kind);
    return found === undefined ? notLooked(kind, 'nobody looks for them') : judgeKind(found, wanted);
  });
  const verdict = worst(verdicts);
  if (verdict.kind !== 'pass') return verdict;
  return { kind: 'pass', because: verdicts.map(({ because }) => because).join('; ') };
}

function judgeKind({ kind, open, doubt }: Findings, wanted: Wanted): Verdict {
  if (open === null) return notLooked(kind, doubt ?? 'nobody says why');
  const verdict =
    kind === 'secrets'
      ? judgeSecrets(open.length, wanted.secrets)
      : judgeSeverities(open, wanted, `alerts of ${kind}`);
  return verdict.kind === 'pass' && doubt !== null ? notLooked(kind, doubt) : verdict;
}

function judgeSecrets(open: number, limit: number): Verdict {
  if (open <= limit) return { kind: 'pass', because: `alerts of secrets: ${open === 0 ? 'none' : open}` };
  return { kind: 'fail', because: `${count(open, 'secret')} known to have leaked` };
}

function notLooked(kind: Findings['kind'], doubt: string): Verdict {
  return { kind: 'unknown', because: `alerts of ${kind} are not known: ${doubt.replace(/[\s.]+$/, '')}` };
}
