import { DatabaseError } from 'pg';
import type { IntegrityQuery } from '../../core/migration.ts';
import type { Verdict } from '../../core/verdict.ts';
import { sayDatabase } from './say-failure.ts';
import type { Session } from './session.ts';

const ROWS_MAX = 100;

/**
 * Asks every question in a transaction that can change nothing. No rows, or one row with `true` and nothing else, is
 * good. Rows are counted and never told: they are somebody's.
 */
export async function verify(session: Session, queries: readonly IntegrityQuery[]): Promise<Verdict> {
  const wrong: string[] = [];
  for (const { name, sql } of queries) {
    await session.query('begin read only');
    try {
      const { rows } = await session.query(`select * from (\n${sql}\n) as asked limit ${ROWS_MAX + 1}`);
      const said = wrongIn(rows);
      if (said !== null) wrong.push(`${name}: ${said}`);
    } catch (error) {
      if (!(error instanceof DatabaseError)) throw error;
      return { kind: 'unknown', because: `${name} could not be asked: ${sayDatabase(error)}` };
    } finally {
      await session.query('rollback').catch(() => undefined);
    }
  }
  if (wrong.length > 0) return { kind: 'fail', because: wrong.join('; ') };
  const questions = `${queries.length} question${queries.length === 1 ? '' : 's'}`;
  return { kind: 'pass', because: `${questions} to the database found nothing wrong` };
}

function wrongIn(rows: readonly Record<string, unknown>[]): string | null {
  const [first] = rows;
  if (first === undefined) return null;
  const values = Object.values(first);
  if (rows.length === 1 && values.length === 1 && typeof values[0] === 'boolean')
    return values[0] ? null : 'the answer is no';
  if (rows.length > ROWS_MAX) return `more than ${ROWS_MAX} rows`;
  return `${rows.length} row${rows.length === 1 ? '' : 's'}`;
}
