import { z } from 'zod';
import type { Applied, Ledger } from '../migration.ts';
import type { Session } from './session.ts';
import { exists } from './table.ts';

const Rows = z.array(
  z.object({
    mark: z.string(),
    state: z.enum(['applied', 'failed', 'gone', 'baseline']),
    also: z.string().nullable(),
  }),
);

/** What stands there now, one for each mark, in the order in which they came. */
export type Marks = readonly z.infer<typeof Rows>[number][];

/** What the team's own tool says that it has run; nothing where it has never been used on this database. */
export async function readLedger(session: Session, ledger: Ledger | null): Promise<Marks> {
  if (ledger === null || !(await exists(session, ledger.table))) return [];
  const rows = Rows.parse((await session.query(ledger.select)).rows);
  const applied = new Set(rows.filter(({ state }) => state === 'applied').map(({ mark }) => mark));
  // One that failed once and went through later has a row of each; what is gone says nothing.
  return rows.filter(({ mark, state }) => state !== 'gone' && !(state === 'failed' && applied.has(mark)));
}

/** Only where the tool has its table: one that was never used there would find a table that it did not make. */
export async function writeLedger(session: Session, ledger: Ledger | null, applied: Applied): Promise<void> {
  if (ledger === null || !(await exists(session, ledger.table))) return;
  const { sql, values } = ledger.insert(applied);
  await session.query(sql, [...values]);
}
