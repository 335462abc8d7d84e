import { type Kysely, sql } from 'kysely';
import type { Board, Put, PutDown, Sheet, SheetFilter, SheetId } from '../store.ts';
import { type Database, transaction } from './database.ts';
import { writeNotices } from './entries.ts';
import { noteIn } from './ledger.ts';
import { retried } from './retry.ts';
import type { DatabaseTime, Tables } from './tables.ts';
import { now, nowOnce } from './time.ts';

export function postgresBoard(db: Database): Board {
  return retried<Board>({
    put: (put) => transaction(db, (tx) => putDown(tx, put)),
    find: (id) => find(db, id),
    changes: (kind) => changes(db, kind),
    list: (filter) => list(db, filter),
    due: (limit) => due(db, limit),
  });
}

/** The version row comes first: whoever writes it has the right to the sheet, and everybody else finds it taken. */
export async function putDown(tx: Kysely<Tables>, put: Put): Promise<PutDown> {
  const { kind, id, afterVersion, afterChanges, key } = put;
  const body = JSON.stringify(put.body);
  await holdKind(tx, kind, afterChanges !== undefined);
  // Two who write at once wait here for one another.
  await sql`select pg_advisory_xact_lock(hashtextextended(${`sheet ${kind} ${id}`}, 0))`.execute(tx);
  const before = await tx
    .selectFrom('sheet_version')
    .select('version')
    .where('kind', '=', kind)
    .where('id', '=', id)
    .where('key', '=', key)
    .executeTakeFirst();
  if (before !== undefined) return 'repeated';
  const newest = await tx
    .selectFrom('sheet')
    .select('version')
    .where('kind', '=', kind)
    .where('id', '=', id)
    .executeTakeFirst();
  if ((newest?.version ?? 0) !== afterVersion) return 'behind';
  if (afterChanges !== undefined && (await changes(tx, kind)) !== afterChanges) return 'behind';
  const version = afterVersion + 1;
  await tx.insertInto('sheet_version').values({ kind, id, version, key, body }).execute();
  const newer = { version, body, is_open: put.isOpen, due_at: dueAt(put.dueAtMs), changed_at: now };
  await tx
    .insertInto('sheet')
    .values({ kind, id, ...newer })
    .onConflict((conflict) => conflict.columns(['kind', 'id']).doUpdateSet(newer))
    .execute();
  await writeNotices(tx, put.notices);
  await noteIn(tx, put.records ?? []);
  return 'written';
}

/** Whoever relies on all the others of a kind waits for whoever is changing one of them, and they for them. */
async function holdKind(tx: Kysely<Tables>, kind: string, isAlone: boolean): Promise<void> {
  const name = sql`hashtextextended(${`sheets ${kind}`}, 0)`;
  await (isAlone
    ? sql`select pg_advisory_xact_lock(${name})`
    : sql`select pg_advisory_xact_lock_shared(${name})`
  ).execute(tx);
}

async function changes(db: Kysely<Tables>, kind: string): Promise<number> {
  const { sum } = await db
    .selectFrom('sheet')
    .select(({ fn }) => fn.sum('version').as('sum'))
    .where('kind', '=', kind)
    .executeTakeFirstOrThrow();
  return Number(sum ?? 0);
}

function dueAt(atMs: number | null) {
  return atMs === null
    ? sql<DatabaseTime>`null::timestamptz`
    : sql<DatabaseTime>`to_timestamp(${atMs}::double precision / 1000)`;
}

const columns = ['kind', 'id', 'version', 'body', 'is_open', 'due_at', 'created_at', 'changed_at'] as const;

async function find(db: Database, { kind, id }: SheetId): Promise<Sheet | null> {
  const row = await db
    .selectFrom('sheet')
    .select(columns)
    .where('kind', '=', kind)
    .where('id', '=', id)
    .executeTakeFirst();
  return row === undefined ? null : sheetOf(row);
}

async function list(db: Database, { kind, isOpen, limit }: SheetFilter): Promise<Sheet[]> {
  let query = db.selectFrom('sheet').select(columns).orderBy('ordinal').limit(limit);
  if (kind !== null) query = query.where('kind', '=', kind);
  if (isOpen !== null) query = query.where('is_open', '=', isOpen);
  return (await query.execute()).map(sheetOf);
}

async function due(db: Database, limit: number): Promise<Sheet[]> {
  const rows = await db
    .selectFrom('sheet')
    .select(columns)
    .where('is_open', '=', true)
    .where('due_at', '<=', nowOnce)
    .orderBy('due_at')
    .limit(limit)
    .execute();
  return rows.map(sheetOf);
}

type Row = {
  kind: string;
  id: string;
  version: number;
  body: unknown;
  is_open: boolean;
  due_at: Date | null;
  created_at: Date;
  changed_at: Date;
};

function sheetOf(row: Row): Sheet {
  return {
    kind: row.kind,
    id: row.id,
    version: row.version,
    body: row.body,
    isOpen: row.is_open,
    dueAtMs: row.due_at?.getTime() ?? null,
    createdAtMs: row.created_at.getTime(),
    changedAtMs: row.changed_at.getTime(),
  };
}
