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

/**
 * The same as one statement, for a person who says later that it was applied: only where the tool does not say so by
 * itself by then, and wherever names are looked up. Null where the tool has no table.
 */
export async function rowForLater(
  session: Session,
  ledger: Ledger | null,
  applied: Applied,
): Promise<string | null> {
  if (ledger === null) return null;
  const { rows } = await session.query<{ name: string }>(
    `select format('%I.%I', n.nspname, c.relname) as name from pg_catalog.pg_class c
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace where c.oid = to_regclass($1)`,
    [ledger.table],
  );
  const [there] = rows;
  if (there === undefined) return null;
  const named = (sql: string) => sql.replaceAll(ledger.table, () => there.name);
  const { sql, values } = ledger.insert(applied);
  const row = named(sql).replaceAll(/\$(\d+)/g, (_, place: string) => literal(values[Number(place) - 1]));
  const isThere = `select 1 from (${named(ledger.select)}) as theirs
    where mark = ${literal(ledger.markOf(applied))} and state = 'applied'`;
  return `do ${literal(`begin if not exists (${isThere}) then ${row}; end if; end`)}`;
}

/** As it is read with and without standard strings. */
function literal(value: unknown): string {
  if (Array.isArray(value)) return `array[${value.map(literal).join(', ')}]::text[]`;
  if (typeof value === 'number') return String(value);
  const text = String(value).replaceAll("'", "''");
  return text.includes('\\') ? `E'${text.replaceAll('\\', '\\\\')}'` : `'${text}'`;
}
