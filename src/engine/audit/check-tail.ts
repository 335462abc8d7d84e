import { BEGINNING, hashOfLine, type Mark } from '../../core/audit/chain.ts';
import type { Head, Ledger } from '../../store/ledger.ts';

const PAGE = 1_000;

export type Tail =
  | { readonly kind: 'follows'; readonly mark: Mark }
  | { readonly kind: 'broken'; readonly because: string };

/** Whether the lines since the last checkpoint really follow from it, read anew: only what was looked at is signed. */
export async function checkTail(ledger: Ledger, { stream, seq, signed }: Head): Promise<Tail> {
  if (signed !== null && !(await isThere(ledger, { stream, ...signed }))) {
    return broken(`line ${signed.seq} is not the one that was signed`);
  }
  let at: Omit<Mark, 'stream'> = signed ?? { seq: 0, hash: BEGINNING };
  for await (const line of linesBetween(ledger, stream, at.seq, seq)) {
    if (line.seq !== at.seq + 1 || line.hash !== hashOfLine(at.hash, line)) {
      return broken(`line ${at.seq + 1} is not what follows from the line before it`);
    }
    at = { seq: line.seq, hash: line.hash };
  }
  return at.seq === seq
    ? { kind: 'follows', mark: { stream, ...at } }
    : broken(`line ${at.seq} is the last one of ${seq}`);
}

async function isThere(ledger: Ledger, { stream, seq, hash }: Mark): Promise<boolean> {
  const [line] = await ledger.read(stream, seq - 1, 1);
  return line?.seq === seq && line.hash === hash;
}

async function* linesBetween(ledger: Ledger, stream: string, afterSeq: number, lastSeq: number) {
  for (let seq = afterSeq; seq < lastSeq; ) {
    const lines = await ledger.read(stream, seq, Math.min(PAGE, lastSeq - seq));
    yield* lines;
    const last = lines.at(-1);
    if (last === undefined) return;
    seq = last.seq;
  }
}

function broken(because: string): Tail {
  return { kind: 'broken', because };
}
