import type { Line } from '../core/audit/chain.ts';
import type { Checkpoint } from '../core/audit/checkpoint.ts';
import type { Head, Ledger } from '../store/ledger.ts';

/** The record as it was at one moment, however much is added to it while it is read. */
export type Snapshot = {
  /** Read before the heads, so that none of them names a line that is not among the lines. */
  readonly checkpoints: readonly Checkpoint[];
  readonly heads: readonly Head[];
  lines(): AsyncGenerator<Line, void>;
};

const PAGE = 1_000;

export async function snapshotOf(ledger: Ledger): Promise<Snapshot> {
  const checkpoints: Checkpoint[] = [];
  for (;;) {
    const page = await ledger.checkpoints(checkpoints.at(-1)?.number ?? 0, PAGE);
    checkpoints.push(...page);
    if (page.length < PAGE) break;
  }
  const heads = await ledger.heads('all');
  return { checkpoints, heads, lines: () => linesUpTo(ledger, heads) };
}

/** Lines that were added after the heads were read are left out; a line that nobody counts even then is not. */
async function* linesUpTo(ledger: Ledger, heads: readonly Head[]): AsyncGenerator<Line, void> {
  const before = countsOf(heads);
  for (let after: Line | null = null; ; ) {
    const page: readonly Line[] = await ledger.walk(after, PAGE);
    const isWhole = page.every((line) => isCounted(line, before));
    const later = isWhole ? before : countsOf(await ledger.heads('all'));
    for (const line of page) if (isCounted(line, before) || !isCounted(line, later)) yield line;
    if (page.length < PAGE) return;
    after = page.at(-1) ?? null;
  }
}

export function countsOf(heads: readonly Pick<Head, 'stream' | 'seq'>[]): ReadonlyMap<string, number> {
  return new Map(heads.map(({ stream, seq }) => [stream, seq]));
}

function isCounted({ stream, seq }: Line, counts: ReadonlyMap<string, number>): boolean {
  return seq <= (counts.get(stream) ?? 0);
}
