import type { Checkpoint } from '../../core/audit/checkpoint.ts';
import type { Head } from '../ledger.ts';

/** What the ledger in memory knows. Hashes are computed when somebody asks for them, and for simulation nobody does. */
export type LedgerState = {
  readonly records: { readonly atMs: number; readonly text: string }[];
  readonly checkpoints: Checkpoint[];
  readonly signed: Map<string, NonNullable<Head['signed']>>;
  /** Hashes of the lines of each stream, as far as they were asked for. */
  readonly hashes: Map<string, string[]>;
};

export function emptyLedger(): LedgerState {
  return { records: [], checkpoints: [], signed: new Map(), hashes: new Map() };
}
