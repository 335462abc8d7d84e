import { z } from 'zod';
import type { Applied, Ledger } from '../migration.ts';
import type { Session } from './session.ts';
import { exists } from './table.ts';

const Marks = z.array(z.object({ mark: z.string(), state: z.enum(['applied', 'failed', 'gone']) }));

export type Marks = { readonly applied: ReadonlySet<string>; readonly failed: ReadonlySet<string> };

/** What the team's own tool says that it has run; nothing where it has never been used on this database. */
export async function readLedger(session: Session, ledger: Ledger | null): Promise<Marks> {
  if (ledger === null || !(await exists(session, ledger.table)))
    return { applied: new Set(), failed: new Set() };
  const marks = Marks.parse((await session.query(ledger.select)).rows);
  const applied = new Set(marks.filter(({ state }) => state === 'applied').map(({ mark }) => mark));
  // One that failed once and went through later has a row of each.
  const failed = marks.filter(({ state, mark }) => state === 'failed' && !applied.has(mark));
  return { applied, failed: new Set(failed.map(({ mark }) => mark)) };
}

/** Only where the tool has its table: one that was never used there would find a table that it did not make. */
export async function writeLedger(session: Session, ledger: Ledger | null, applied: Applied): Promise<void> {
  if (ledger === null || !(await exists(session, ledger.table))) return;
  const { sql, values } = ledger.insert(applied);
  await session.query(sql, [...values]);
}
