import { type RawBuilder, sql } from 'kysely';
import type { DatabaseTime } from './tables.ts';

/** The database's clock, as it goes on even while a transaction waits. For what is written. */
export const now: RawBuilder<DatabaseTime> = sql`clock_timestamp()`;

/**
 * The database's clock, read once for the statement: only so can an index be searched by it, because
 * `clock_timestamp()` itself is volatile.
 */
export const nowOnce: RawBuilder<DatabaseTime> = sql`(select clock_timestamp())`;

export function fromNow(ms: number): RawBuilder<DatabaseTime> {
  return sql`clock_timestamp() + ${ms} * interval '1 millisecond'`;
}

export function agoOnce(ms: number): RawBuilder<DatabaseTime> {
  return sql`(select clock_timestamp() - ${ms} * interval '1 millisecond')`;
}
