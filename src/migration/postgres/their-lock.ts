import { DatabaseError } from 'pg';
import { Failed } from '../../core/failure.ts';
import type { Run } from '../database.ts';
import type { Ledger } from '../migration.ts';
import { type Session, schemaOf } from './session.ts';

const AGAIN_MS = 5_000;

/**
 * Takes what the team's own tool takes while it runs, for as long as this session lasts: it ends with us, however we end.
 * Where it cannot be held, it is only asked whether somebody else does.
 * @throws {Failed} `conflict` when the tool runs at this moment
 */
export async function takeTheirLock(session: Session, { ledger, isTransactional }: Run): Promise<void> {
  if (ledger?.lock === undefined) return;
  const schema = await schemaOf(session, ledger.table);
  if (schema === null) return;
  const { lock } = ledger;
  if (lock.kind === 'row') return isTransactional ? undefined : respectTheirRow(session, ledger);
  const key = String(lock.keyOf(schema));
  const { rows } = await session.query<{ taken: boolean }>(
    'select pg_try_advisory_lock($1::bigint) as taken',
    [key],
  );
  if (rows[0]?.taken !== true) throw busy();
  if (lock.isWaitedFor && !isTransactional)
    await session.query('select pg_advisory_unlock($1::bigint)', [key]);
}

/** The row of the tool, until this transaction ends; others wait for it, and read in it what stood there before. */
export async function holdTheirRow(session: Session, ledger: Ledger | null): Promise<void> {
  if (ledger?.lock?.kind !== 'row') return;
  const { table } = ledger.lock;
  if ((await schemaOf(session, table)) === null) return;
  const { rows } = await session
    .query<{ is_locked: number | null }>(`select is_locked from ${table} for update nowait`)
    .catch((error: unknown) => {
      throw error instanceof DatabaseError && error.code === '55P03' ? busy() : error;
    });
  if (rows.some(({ is_locked }) => is_locked === 1)) throw busy();
}

async function respectTheirRow(session: Session, ledger: Ledger): Promise<void> {
  await session.query('begin');
  try {
    await holdTheirRow(session, ledger);
  } finally {
    await session.query('rollback').catch(() => undefined);
  }
}

function busy(): Failed {
  const message =
    "the team's own tool runs migrations in this database at this moment, by the lock that it holds";
  return new Failed({ code: 'conflict', message, retryAfterMs: AGAIN_MS });
}

/** Whether somebody holds it at this moment. Changes nothing. */
export async function isTheirLockTaken(session: Session, ledger: Ledger | null): Promise<boolean> {
  if (ledger?.lock === undefined) return false;
  const schema = await schemaOf(session, ledger.table);
  if (schema === null) return false;
  const { lock } = ledger;
  return lock.kind === 'row' ? isRowTaken(session, lock.table) : isKeyTaken(session, lock.keyOf(schema));
}

/** One number is kept in two halves. See Postgres's manual, pg_locks. */
async function isKeyTaken(session: Session, key: bigint): Promise<boolean> {
  const bits = BigInt.asUintN(64, key);
  const { rows } = await session.query(
    `select 1 from pg_locks where locktype = 'advisory' and granted and objsubid = 1
      and classid = $1::bigint::oid and objid = $2::bigint::oid
      and database = (select oid from pg_database where datname = current_database())`,
    [String(bits >> 32n), String(bits & 0xff_ff_ff_ffn)],
  );
  return rows.length > 0;
}

/** It says so itself, or is about to: what a transaction has not ended yet nobody else can read. */
async function isRowTaken(session: Session, table: string): Promise<boolean> {
  if ((await schemaOf(session, table)) === null) return false;
  const { rows } = await session.query(
    `select 1 from ${table} where is_locked = 1
      union all select 1 from pg_locks where locktype = 'relation' and relation = to_regclass($1)
        and mode = 'RowExclusiveLock' and granted and pid <> pg_backend_pid()`,
    [table],
  );
  return rows.length > 0;
}
