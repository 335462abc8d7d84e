import { type Verdict, worst } from '../../core/verdict.ts';
import { names } from '../words.ts';
import type { Load } from './report.ts';

export type Limits = {
  readonly requestsMin: number;
  readonly errorPercentMax?: number | undefined;
  readonly latencyP95MsMax?: number | undefined;
  readonly checksPercentMin?: number | undefined;
};

/** What the test asked for was kept, and what the gate asks for besides. A test that asked for nothing shows nothing. */
export function judgeLoad(load: Load, limits: Limits): Verdict {
  const { requests, thresholds } = load;
  const crossed = thresholds.filter(({ isKept }) => !isKept).map(({ name }) => name);
  if (crossed.length > 0) return { kind: 'fail', because: `thresholds crossed: ${names(crossed)}` };
  if (requests < limits.requestsMin)
    return {
      kind: 'unknown',
      because: `${requests} requests were sent, and at least ${limits.requestsMin} must be`,
    };
  const verdicts = [
    ...(thresholds.length === 0
      ? []
      : [{ kind: 'pass', because: `${thresholds.length} of ${thresholds.length} thresholds kept` } as const]),
    ...judgeMost('errors', load.errorPercent, limits.errorPercentMax, percentUp),
    ...judgeMost('p95', load.latencyP95Ms, limits.latencyP95MsMax, (value) => `${Math.ceil(value)} ms`),
    ...judgeChecks(load, limits),
  ];
  if (verdicts.length === 0)
    return { kind: 'unknown', because: 'neither the test nor this gate says what is good enough' };
  const verdict = worst(verdicts);
  if (verdict.kind !== 'pass') return verdict;
  return {
    kind: 'pass',
    because: [`${requests} requests`, ...verdicts.map(({ because }) => because)].join(', '),
  };
}

/** Two digits behind the point, and never rounded down: what is beyond a limit must not look as if it were the limit. */
function percentUp(share: number): string {
  return `${Math.ceil(Number((share * 100).toFixed(6))) / 100} %`;
}

function judgeMost(
  what: string,
  value: number | null,
  max: number | undefined,
  say: (value: number) => string,
): Verdict[] {
  if (max === undefined) return [];
  if (value === null) return [{ kind: 'unknown', because: `the test did not measure ${what}` }];
  const said = `${what} ${say(value)}`;
  return value <= max
    ? [{ kind: 'pass', because: said }]
    : [{ kind: 'fail', because: `${said}, and at most ${say(max)} is asked for` }];
}

function judgeChecks({ checks }: Load, { checksPercentMin: min }: Limits): Verdict[] {
  if (min === undefined) return [];
  const all = checks === null ? 0 : checks.passed + checks.failed;
  // k6 takes a threshold over no checks at all for kept.
  if (checks === null || all === 0) return [{ kind: 'unknown', because: 'the test has checked nothing' }];
  const said = `${checks.passed} of ${all} checks passed`;
  return checks.passed * 100 >= min * all
    ? [{ kind: 'pass', because: said }]
    : [{ kind: 'fail', because: `${said}, and ${min} % is asked for` }];
}
