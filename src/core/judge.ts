import { errorPercent, type Numbers, sayNumbers } from './numbers.ts';
import type { Criteria } from './plan.ts';
import { type Verdict, worst } from './verdict.ts';

/**
 * Whether what was watched is good. A limit counts as broken only when the share of errors lies beyond it with 99 %
 * confidence, and as kept when the share itself does; in between, and with too few requests, the answer is unknown.
 * `isOver` says that the whole time to watch has passed; before that nothing is passed, but much can already fail.
 */
export function judge(numbers: Numbers | null, criteria: Criteria, isOver: boolean): Verdict {
  if (numbers === null) return unknown('the counters could not be read, or began anew meanwhile');
  if (numbers.requests < criteria.requestsMin) {
    return unknown(`only ${numbers.requests} of the ${criteria.requestsMin} requests that it takes to judge`);
  }
  const verdict = worst([
    judgeErrors(numbers, criteria.errorPercentMax),
    limit('p95', numbers.latencyP95Ms, criteria.latencyP95MsMax, 'ms'),
    limit('memory', numbers.memoryMb, criteria.memoryMbMax, 'MB'),
  ]);
  return verdict.kind === 'pass' && !isOver ? unknown(`so far good: ${sayNumbers(numbers)}`) : verdict;
}

function judgeErrors(numbers: Numbers, maxPercent: number | null): Verdict {
  const share = errorPercent(numbers);
  const said = sayNumbers(numbers);
  if (maxPercent === null) return { kind: 'pass', because: said };
  if (share === null) return unknown('there were no requests');
  if (share <= maxPercent)
    return { kind: 'pass', because: `${said}, at most ${maxPercent} % errors allowed` };
  const surely = 100 * wilsonLower(numbers.errors, numbers.requests);
  return surely > maxPercent
    ? {
        kind: 'fail',
        because: `${Number(share.toFixed(2))} % errors in ${numbers.requests} requests, at most ${maxPercent} % allowed`,
      }
    : unknown(`${said}: above ${maxPercent} %, but too few requests to be sure`);
}

function limit(what: string, value: number | null, max: number | null, unit: string): Verdict {
  if (max === null) return { kind: 'pass', because: `${what} has no limit` };
  if (value === null) return unknown(`${what} was not measured`);
  const rounded = Math.round(value);
  return value > max
    ? { kind: 'fail', because: `${what} ${rounded} ${unit}, at most ${max} ${unit} allowed` }
    : { kind: 'pass', because: `${what} ${rounded} ${unit}` };
}

const Z = 2.326; // One-sided 99 %.

/** Lower end of Wilson's score interval: what the true share is at least, with 99 % confidence. */
function wilsonLower(hits: number, total: number): number {
  const share = hits / total;
  const spread = Z * Math.sqrt((share * (1 - share)) / total + Z ** 2 / (4 * total ** 2));
  return (share + Z ** 2 / (2 * total) - spread) / (1 + Z ** 2 / total);
}

function unknown(because: string): Verdict {
  return { kind: 'unknown', because };
}
