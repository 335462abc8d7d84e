import { randomUUID } from 'node:crypto';
import { Failed } from '../../core/failure.ts';
import type { Run } from '../database.ts';
import type { Statement } from '../script.ts';
import { rowForLater, writeLedger } from './ledger.ts';
import { beginReadOnly, endReadOnly } from './read-only.ts';
import { isTakenBack, maybeDone, nothingDone } from './say-failure.ts';
import { type Connect, inSession, limitsAgain, ourselvesAgain, type Session, takeLock } from './session.ts';
import { finish, makeTables, readRows, writeBegun, writeFailure, writeReached } from './table.ts';
import { holdTheirRow, takeTheirLock } from './their-lock.ts';

const BUSY_AGAIN_MS = 5_000;

/** Runs one migration, unless it was run already. One at a time in each database, whoever runs it. */
export async function apply(connect: Connect, run: Run): Promise<void> {
  await inSession(connect, run.statementTimeoutMs, async (session) => {
    if (!(await asked(() => takeLock(session)))) {
      const message = 'somebody else runs migrations in this database at this moment';
      throw new Failed({ code: 'conflict', message, retryAfterMs: BUSY_AGAIN_MS });
    }
    await run.stillMay();
    const isDone = await asked(async () => {
      await takeTheirLock(session, run);
      await makeTables(session);
      await endReadOnly(session);
      return isApplied(session, run);
    });
    if (isDone) return;
    await asked(() => limitsAgain(session, run));
    await whileReadOnly(session, run, () =>
      run.isTransactional ? inOneTransaction(session, run) : oneByOne(session, run),
    );
  });
}

async function asked<T>(question: () => Promise<T>): Promise<T> {
  try {
    return await question();
  } catch (error) {
    throw nothingDone(error);
  }
}

/** @throws {Failed} `conflict` when it was applied with other words, `ambiguous` when it stopped half-way */
async function isApplied(session: Session, { service, migration }: Run): Promise<boolean> {
  const kept = (await readRows(session, service)).find(({ id }) => id === migration.id);
  if (kept === undefined) return false;
  if (kept.kind === 'half-way')
    throw new Failed({ code: 'ambiguous', message: kept.say, retryAfterMs: null, evidence: [...kept.next] });
  if (kept.checksum === migration.checksum) return true;
  const message = `${migration.id} was applied with other words than it has now`;
  throw new Failed({ code: 'conflict', message, retryAfterMs: null });
}

async function whileReadOnly(session: Session, run: Run, work: () => Promise<void>): Promise<void> {
  if (!run.isReadOnly) return work();
  await asked(() => beginReadOnly(session, run.deploymentId));
  try {
    await work();
  } finally {
    await session.query('rollback').catch(() => undefined);
    // Where the connection is gone, whoever looks next ends it.
    await endReadOnly(session).catch(() => undefined);
  }
}

/** All of it or nothing, with the row that says so. */
async function inOneTransaction(session: Session, run: Run): Promise<void> {
  const beganAtMs = performance.now();
  try {
    await session.query('begin');
    // First of all: whoever else runs the same one waits here for us, even where locks are not kept (PgBouncer).
    await writeBegun(session, run, null);
    await holdTheirRow(session, run.ledger);
  } catch (error) {
    throw nothingDone(error, run.migration.name);
  }
  for (const { sql, line } of run.statements) {
    try {
      await limitsAgain(session, run);
      await session.query(sql);
    } catch (error) {
      throw nothingDone(error, `${run.migration.name}, line ${line}`);
    }
  }
  try {
    await ourselvesAgain(session);
    await finish(session, run);
    await writeLedger(session, run.ledger, appliedOf(run, beganAtMs));
  } catch (error) {
    throw nothingDone(error, `the table of the team's own tool, after ${run.migration.name}`);
  }
  await commit(session, run);
}

async function commit(session: Session, { migration }: Run): Promise<void> {
  const { command } = await session.query('commit').catch((error: unknown) => {
    throw isTakenBack(error) ? nothingDone(error, migration.name) : maybeDone(error, migration.name);
  });
  if (command === 'COMMIT') return;
  const message = `${migration.name}: the database took it back at the end`;
  throw new Failed({ code: 'rejected', message, retryAfterMs: null });
}

/** What cannot be one transaction is written down before each statement; whatever ends it, a person looks. */
async function oneByOne(session: Session, run: Run): Promise<void> {
  const { name } = run.migration;
  const beganAtMs = performance.now();
  try {
    await writeBegun(session, run, await rowForLater(session, run.ledger, appliedOf(run, beganAtMs)));
  } catch (error) {
    // Whether the row is there decides nothing: where it is, it says that no statement was begun.
    throw nothingDone(error, name);
  }
  for (const [at, { sql, line, index, isPatient = false }] of run.statements.entries()) {
    try {
      await writeReached(session, run, at + 1, sql);
      await limitsAgain(session, isPatient ? { ...run, lockTimeoutMs: run.statementTimeoutMs } : run);
      await session.query(sql);
      await refuseInvalid(session, index);
      await ourselvesAgain(session);
    } catch (error) {
      const failed = maybeDone(error, `${name}, line ${line}`);
      await writeFailure(session, run, nothingDone(error).message).catch(() => undefined);
      throw failed;
    }
  }
  try {
    await session.query('begin');
    await finish(session, run);
    await writeLedger(session, run.ledger, appliedOf(run, beganAtMs));
    await session.query('commit');
  } catch (error) {
    throw maybeDone(error, name);
  }
}

/** `IF NOT EXISTS` is content with what an earlier try has left behind, which no query uses and every write pays for. */
async function refuseInvalid(session: Session, index: Statement['index']): Promise<void> {
  if (index === undefined) return;
  const { rows } = await session.query(
    `select 1 from pg_catalog.pg_index i join pg_catalog.pg_class c on c.oid = i.indexrelid
      where c.relname = $1 and not i.indisvalid
        and case when $2::text is null then pg_catalog.pg_table_is_visible(c.oid)
          else c.relnamespace = (select oid from pg_catalog.pg_namespace where nspname = $2) end`,
    [index.name, index.schema],
  );
  if (rows.length === 0) return;
  const message = `the index ${index.name} is INVALID: an earlier try left it behind`;
  throw new Failed({ code: 'rejected', message, retryAfterMs: null });
}

function appliedOf({ migration, statements }: Run, beganAtMs: number) {
  return {
    ...migration,
    statements: statements.map(({ sql }) => sql),
    newId: randomUUID(),
    tookMs: performance.now() - beganAtMs,
  };
}
