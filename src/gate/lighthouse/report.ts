import { z } from 'zod';
import { type Verdict, worst } from '../../core/verdict.ts';
import { understand } from '../json.ts';
import { type Parsed, takenAt } from '../report.ts';

/** Its scores in percent by the name of the category; null: it could not be measured. */
export type Scores = ReadonlyMap<string, number | null>;

/** A Lighthouse result, as far as it is read (https://github.com/GoogleChrome/lighthouse, docs/understanding-results.md). */
const Lhr = z.object({
  lighthouseVersion: z.string(),
  fetchTime: z.string(),
  runtimeError: z.object({ code: z.string() }).optional(),
  categories: z.record(z.string(), z.object({ score: z.number().min(0).max(1).nullable() })),
});

export function parseLighthouse(text: string): Parsed<Scores> {
  const read = understand(text, Lhr);
  if (read.kind === 'nonsense') return read;
  const { fetchTime, runtimeError, categories } = read.value;
  if (runtimeError !== undefined && runtimeError.code !== 'NO_ERROR')
    return { kind: 'nonsense', because: 'the page could not be loaded when it was measured' };
  const taken = takenAt(fetchTime);
  if (taken === null) return { kind: 'nonsense', because: 'it does not say when it was measured' };
  const scores = Object.entries(categories).map(
    ([name, { score }]) => [name, score === null ? null : score * 100] as const,
  );
  return {
    kind: 'report',
    content: new Map(scores),
    says: { commits: [], versions: [], taken },
  };
}

export function judgeScores(scores: Scores, wanted: Readonly<Record<string, number>>): Verdict {
  const verdicts = Object.entries(wanted).map(([name, min]) =>
    judgeScore(name, scores.get(name) ?? null, min),
  );
  const verdict = worst(verdicts);
  if (verdict.kind !== 'pass') return verdict;
  return { kind: 'pass', because: verdicts.map(({ because }) => because).join(', ') };
}

/** Scores are written with two digits: 0.29 times 100 must be 29. */
function judgeScore(name: string, score: number | null, min: number): Verdict {
  if (score === null) return { kind: 'unknown', because: `${name} was not measured` };
  const shown = Math.round(score * 100) / 100;
  if (shown >= min) return { kind: 'pass', because: `${name} ${shown}` };
  return { kind: 'fail', because: `${name} is ${shown}, and not the ${min} asked for` };
}
