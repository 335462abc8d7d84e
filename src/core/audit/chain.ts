import { digestOf } from '../canonical.ts';

/** The stream of everything that is no deployment's own journal. Every journal is a stream of its own, by its id. */
export const DESK_STREAM = 'desk';

/** What the first line of every stream follows. */
export const BEGINNING = '0'.repeat(64);

/** One line of the record as it is kept, byte for byte. */
export type Line = {
  readonly stream: string;
  /** Counts from one without gaps in its stream. */
  readonly seq: number;
  /** The database's clock in microseconds, UTC: `2026-11-20T09:30:00.123456Z`. */
  readonly at: string;
  /** The JSON of the record, or of the journal's event. */
  readonly text: string;
  /** Of this line and the one before it, in hex. */
  readonly hash: string;
};

/** The place in a stream up to which something is known. */
export type Mark = { readonly stream: string; readonly seq: number; readonly hash: string };

/**
 * What the hash of a line has to be. The database computes the same in a trigger (migration 0003), and so does
 * whoever verifies an export on their own: six lines, of which only the last may hold a line break of its own.
 */
export function hashOfLine(previous: string, { stream, seq, at, text }: Omit<Line, 'hash'>): string {
  return digestOf(`slipway/record/v1\n${previous}\n${stream}\n${seq}\n${at}\n${text}`);
}
