import { type Parsed, saysNothing } from '../report.ts';
import type { Coverage, Share } from './share.ts';

type File = { readonly covered: Map<number, boolean>; readonly counts: Map<string, number> };

const COUNTS = new Set(['LF', 'LH', 'BRF', 'BRH', 'FNF', 'FNH']);
const OTHERS = new Set(['TN', 'VER', 'FN', 'FNDA', 'FNL', 'FNA', 'BRDA', 'MCDC', 'MCF', 'MCH']);

/**
 * An lcov tracefile (`man geninfo`, "FILES"): one record a file, each closed by `end_of_record`. What is cut off, or
 * holds a line that no tracefile has, is no report.
 */
export function parseLcov(text: string): Parsed<Coverage> {
  const files = filesIn(text);
  if (typeof files === 'string') return { kind: 'nonsense', because: files };
  if (files.length === 0) return { kind: 'nonsense', because: 'it names no file' };
  const shares = [linesOf(files), countsOf(files, 'LH', 'LF')].filter((share) => share !== null);
  const content = {
    // Where the lines and their totals differ, the worse of both counts.
    lines: shares.toSorted((a, b) => a.covered * b.total - b.covered * a.total)[0] ?? null,
    branches: countsOf(files, 'BRH', 'BRF'),
    functions: countsOf(files, 'FNH', 'FNF'),
    statements: null,
  };
  const said = [...shares, content.branches, content.functions];
  if (said.some((share) => share !== null && share.covered > share.total))
    return { kind: 'nonsense', because: 'more is covered than there is' };
  return { kind: 'report', content, says: saysNothing };
}

/** Every file that it is about, or why it is no tracefile. */
function filesIn(text: string): File[] | string {
  const files: File[] = [];
  let open: File | null = null;
  for (const line of text.split(/\r?\n/)) {
    const word = /^[A-Z]+(?=:)/.exec(line)?.[0];
    if (word === 'SF' && open === null) open = { covered: new Map(), counts: new Map() };
    else if (line === 'end_of_record' && open !== null) {
      files.push(open);
      open = null;
    } else if (!isTaken(line, word, open)) return 'a line of it is not of lcov';
  }
  return open === null ? files : 'it is cut off';
}

/** Keeps what a line says of the open file. False for a line that should not be there. */
function isTaken(line: string, word: string | undefined, open: File | null): boolean {
  if (line === '' || line.startsWith('#') || word === 'TN') return true;
  if (open === null || word === undefined) return false;
  if (word === 'DA') return takeLine(line, open);
  if (!COUNTS.has(word)) return OTHERS.has(word);
  const said = /^[A-Z]+:([0-9]{1,9})$/.exec(line)?.[1];
  if (said === undefined || open.counts.has(word)) return false;
  open.counts.set(word, Number(said));
  return true;
}

/** `DA:<line>,<times>[,<checksum>]`. The same line may come twice; once is enough. */
function takeLine(line: string, { covered }: File): boolean {
  const [, number, times] = /^DA:([0-9]{1,9}),([0-9]{1,15})(?:,[^,]+)?$/.exec(line) ?? [];
  if (number === undefined || times === undefined) return false;
  covered.set(Number(number), covered.get(Number(number)) === true || Number(times) > 0);
  return true;
}

function linesOf(files: readonly File[]): Share | null {
  const lines = files.flatMap(({ covered }) => [...covered.values()]);
  return lines.length === 0 ? null : { covered: lines.filter((hit) => hit).length, total: lines.length };
}

/** Null where no file says both. One that says only how many there are has covered none of them. */
function countsOf(files: readonly File[], hit: string, found: string): Share | null {
  const saying = files.filter(({ counts }) => counts.has(found) || counts.has(hit));
  if (saying.length === 0) return null;
  const sum = (name: string) => saying.reduce((all, { counts }) => all + (counts.get(name) ?? 0), 0);
  return { covered: sum(hit), total: sum(found) };
}
