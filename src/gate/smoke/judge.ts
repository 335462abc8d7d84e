import type { Verdict } from '../../core/verdict.ts';
import { worst } from '../../core/verdict.ts';
import type { AnsweredOnce } from '../../http/answer-once.ts';
import { quoted } from '../words.ts';

/** What an answer has to be. */
export type Wanted = {
  readonly path: string;
  readonly method: 'GET' | 'HEAD';
  readonly status: number;
  readonly contains?: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** The header that has to name the version; left out: none. */
  readonly versionHeader?: string | undefined;
};

export type Tried = {
  readonly wanted: Wanted;
  readonly version: string;
  /** In the order in which it was asked; null got no answer. */
  readonly answers: readonly (AnsweredOnce | null)[];
};

/** Every request got so many good answers in a row, at the end of what was tried. */
export function judgeAll(tried: readonly Tried[], inARow: number): Verdict {
  const verdicts = tried.map((each) => judgeTried(each, inARow));
  const verdict = worst(verdicts);
  if (verdict.kind !== 'pass') return verdict;
  return { kind: 'pass', because: verdicts.map(({ because }) => because).join(', ') };
}

function judgeTried({ wanted, version, answers }: Tried, inARow: number): Verdict {
  const asked = `${wanted.method} ${wanted.path}`;
  const faults = answers.map((answer) =>
    answer === null ? 'gave no answer' : faultOf(answer, wanted, version),
  );
  const last = faults.slice(-inARow);
  if (last.length === inARow && last.every((fault) => fault === null)) {
    return {
      kind: 'pass',
      because: `${asked} answered ${inARow === 1 ? '' : `${inARow} times in a row `}with ${wanted.status}`,
    };
  }
  const wrong = faults.findLast((fault, index) => fault !== null && answers[index] !== null);
  if (wrong === undefined || wrong === null)
    return {
      kind: 'unknown',
      because: `${asked} ${answers.length === 0 ? 'was not asked' : 'gave no answer'}`,
    };
  return { kind: 'fail', because: `${asked} ${wrong}` };
}

/** Why an answer is not the right one; null for one that is. */
export function faultOf(answer: AnsweredOnce, wanted: Wanted, version: string): string | null {
  const { status, contains, headers, versionHeader } = wanted;
  if (answer.status !== status) return `answered ${answer.status} and not ${status}`;
  for (const [name, value] of Object.entries(headers)) {
    const said = answer.header(name);
    if (said === null) return `answered without ${name}`;
    if (!said.includes(value)) return `answered with ${name}: ${quoted(said)}`;
  }
  const said = versionHeader === undefined ? version : answer.header(versionHeader);
  if (said === null) return 'does not say which version it is from';
  if (said !== version) return `answered from ${quoted(said)} and not from ${quoted(version)}`;
  if (contains === undefined) return null;
  if (answer.text === null) return 'answered with more than we read';
  return answer.text.includes(contains) ? null : `answered without “${quoted(contains)}”`;
}
