import { BEGINNING, hashOfLine, type Line } from './chain.ts';
import { msOf } from './moment.ts';
import type { Break, Vouched } from './verify-checkpoints.ts';

/** How many lines each stream should have, as whoever wrote them counted; null when nobody says. */
export type Counted = ReadonlyMap<string, number> | null;

export type Lines = {
  readonly streams: number;
  readonly lines: number;
  /** Lines that no checkpoint vouches for yet: they are chained, and whoever can write to the database could redo that. */
  readonly unsigned: number;
  readonly breaks: readonly Break[];
};

/** Between the writing of a line and its commit there may be a pause; a line that is older than this was slipped in. */
const LATE_MS = 10 * 60_000;

type At = { readonly stream: string; seq: number; hash: string; marked: number; isBroken: boolean };

/** Takes every line, one whole stream after the other, and says at the end what was not as it was written. */
export function verifyLines(vouched: Vouched, counted: Counted) {
  const breaks: Break[] = [];
  const seen = new Set<string>();
  const newestMs = vouched.newestAt === null ? null : msOf(vouched.newestAt);
  let total = 0;
  let unsigned = 0;
  let at: At | null = null;

  function broken(where: At, seq: number, what: string): void {
    if (!where.isBroken) breaks.push({ where: `${where.stream}, line ${seq}`, what });
    // What follows a break does not fit any more either: the first one says it all.
    where.isBroken = true;
  }
  function begin(stream: string): At {
    const begun = { stream, seq: 0, hash: BEGINNING, marked: 0, isBroken: false };
    if (seen.has(stream)) broken(begun, 1, 'begins a second time');
    if (!/^[!-~]+$/.test(stream)) broken(begun, 1, 'is in a stream whose name no stream has');
    seen.add(stream);
    return begun;
  }
  function end({ stream, ...last }: At): void {
    const mark = vouched.marks.get(stream)?.[last.marked];
    const where = { stream, ...last };
    if (mark !== undefined) broken(where, mark.seq, `is gone; checkpoint ${mark.number} vouches for it`);
    if (counted === null) return;
    const count = counted.get(stream);
    if (count === undefined) broken(where, 1, 'is in a stream that nobody counted');
    else if (count !== last.seq) broken(where, last.seq, `is the last one, and ${count} were counted`);
  }
  function judge(where: At, line: Line): void {
    if (line.seq !== where.seq + 1) broken(where, where.seq + 1, 'is missing');
    if (line.hash !== hashOfLine(where.hash, line))
      broken(where, line.seq, 'does not have the hash that it should');
    where.seq = line.seq;
    where.hash = line.hash;
    const mark = vouched.marks.get(line.stream)?.[where.marked];
    if (mark === undefined) judgeUnsigned(where, line);
    else if (mark.seq === line.seq) {
      if (mark.hash !== line.hash)
        broken(where, line.seq, `is not the one that checkpoint ${mark.number} vouches for`);
      where.marked += 1;
    }
  }
  function judgeUnsigned(where: At, line: Line): void {
    unsigned += 1;
    if (newestMs === null || msOf(line.at) > newestMs - LATE_MS) return;
    broken(where, line.seq, `says ${line.at}, and the checkpoints that were made after that do not know it`);
  }
  return {
    take(line: Line): void {
      if (at?.stream !== line.stream) {
        if (at !== null) end(at);
        at = begin(line.stream);
      }
      total += 1;
      judge(at, line);
    },
    end(): Lines {
      if (at !== null) end(at);
      at = null;
      for (const stream of [...vouched.marks.keys(), ...(counted?.keys() ?? [])]) {
        if (!seen.has(stream)) end(begin(stream));
      }
      return { streams: seen.size, lines: total, unsigned, breaks };
    },
  };
}
