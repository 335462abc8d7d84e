import type { Line, Mark } from '../core/audit/chain.ts';
import type { Checkpoint } from '../core/audit/checkpoint.ts';
import type { AuditRecord } from '../core/audit/record.ts';

/**
 * The record of who did what, as streams of lines, each of which carries the hash of the one before it: `desk` for what
 * is noted here, and the journal of every deployment under its id. Lines can only be added.
 */
export type Ledger = {
  /**
   * Writes records at the end of the desk's stream, in their order, all of them or none. What belongs to a change of
   * the board is written by the board itself, in the transaction of the change.
   */
  note(records: readonly AuditRecord[]): Promise<void>;

  /** Lines of one stream after `afterSeq`, oldest first; none of a stream that does not exist. */
  read(stream: string, afterSeq: number, limit: number): Promise<readonly Line[]>;

  /** Lines of every stream, one whole stream after the other, after the given line; null begins at the first. */
  walk(after: Pick<Mark, 'stream' | 'seq'> | null, limit: number): Promise<readonly Line[]>;

  /** Where every stream ends, all of one moment; `moved` leaves out those that ended there at their last checkpoint. */
  heads(which: 'all' | 'moved'): Promise<readonly Head[]>;

  /** Keeps a checkpoint, when it is the next one; false when somebody else was first. */
  checkpoint(checkpoint: Checkpoint): Promise<boolean>;

  /** In the order of their numbers. */
  checkpoints(afterNumber: number, limit: number): Promise<readonly Checkpoint[]>;

  /** Null before the first. */
  lastCheckpoint(): Promise<Checkpoint | null>;
};

export type Head = {
  readonly stream: string;
  /** How many lines were written, according to whoever counts them when they are written. */
  readonly seq: number;
  /** Of the last line; null when it is not there. */
  readonly hash: string | null;
  /** Up to where the last checkpoint that names this stream vouches for it; null when none does. */
  readonly signed: Omit<Mark, 'stream'> | null;
};
