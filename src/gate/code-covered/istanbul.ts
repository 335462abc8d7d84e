import { z } from 'zod';
import { Count, understand } from '../json.ts';
import { type Parsed, saysNothing } from '../report.ts';
import { type Coverage, measures } from './share.ts';

const Part = z.object({ total: Count, covered: Count, pct: z.union([z.number(), z.literal('Unknown')]) });
const Parts = z.object({ lines: Part, branches: Part, functions: Part, statements: Part });
const Summary = z.intersection(z.object({ total: Parts }), z.record(z.string(), Parts));

/** It is rounded to two digits, or cut after them. */
const PERCENT_TOLERANCE = 0.01;

/** What Istanbul's `json-summary` writes (nyc, c8, Jest, Vitest): a total, and the same of every file. */
export function parseIstanbul(text: string): Parsed<Coverage> {
  const read = understand(text, Summary);
  if (read.kind === 'nonsense') return read;
  const { total, ...files } = read.value;
  const each = Object.values(files);
  if (each.length === 0) return { kind: 'nonsense', because: 'it names no file' };
  for (const measure of measures) {
    const { covered, total: all, pct } = total[measure];
    const sum = (of: 'covered' | 'total') => each.reduce((whole, file) => whole + file[measure][of], 0);
    const isSame = sum('covered') === covered && sum('total') === all && covered <= all;
    const isSaid =
      all === 0 || (pct !== 'Unknown' && Math.abs((100 * covered) / all - pct) <= PERCENT_TOLERANCE);
    if (!isSame || !isSaid)
      return { kind: 'nonsense', because: `its total of ${measure} is not that of its files` };
  }
  return { kind: 'report', content: total, says: saysNothing };
}
