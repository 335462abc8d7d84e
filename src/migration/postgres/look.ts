import type { AppliedMigration, DatabaseStanding, HalfWay, LookedFor } from '../database.ts';
import type { Ledger } from '../migration.ts';
import { type Marks, readLedger } from './ledger.ts';
import { isReadOnly } from './read-only.ts';
import { isLockTaken, type Session } from './session.ts';
import { type Kept, readRows } from './table.ts';
import { isTheirLockTaken } from './their-lock.ts';

/** Reads only, and all of it as of one moment. */
export async function look(session: Session, asked: LookedFor): Promise<DatabaseStanding> {
  await session.query('begin transaction isolation level repeatable read, read only');
  const kept = await readRows(session, asked.service);
  const marks = await readLedger(session, asked.ledger);
  const [isBusy, isTheirToolBusy, protection, readOnly] = [
    await isLockTaken(session),
    await isTheirLockTaken(session, asked.ledger),
    await protectionOf(session),
    await isReadOnly(session),
  ];
  await session.query('commit');
  return { ...together(asked, kept, marks), isBusy, isTheirToolBusy, protection, isReadOnly: readOnly };
}

/** What we say counts; what we say nothing of is asked from the team's own tool. */
function together(
  { migrations, ledger }: LookedFor,
  kept: readonly Kept[],
  marks: Marks,
): Pick<DatabaseStanding, 'applied' | 'halfWay' | 'others'> {
  const ours = new Map(kept.map((each) => [each.id, each]));
  const applied: AppliedMigration[] = [];
  const halfWay: HalfWay[] = kept.flatMap((each) => (each.kind === 'half-way' ? [each] : []));
  for (const migration of migrations) {
    const own = ours.get(migration.id);
    ours.delete(migration.id);
    if (own?.kind === 'applied') applied.push(own);
    if (own !== undefined || ledger === null) continue;
    if (isIn(marks, ledger, migration)) applied.push(byTheirTool(migration.id));
  }
  if (ledger !== null)
    halfWay.push(
      ...marks.flatMap(({ mark, state }) => (state === 'failed' ? [failedThere(mark, ledger.table)] : [])),
    );
  const others = [...ours.values()].flatMap((each) => (each.kind === 'applied' ? [each] : []));
  const theirs = ledger === null ? [] : theirsSince(marks, ledger, { migrations, kept });
  return { applied, halfWay, others: [...others, ...theirs.map(byTheirTool)] };
}

function isIn(marks: Marks, ledger: Ledger, migration: LookedFor['migrations'][number]): boolean {
  const own = ledger.markOf(migration);
  return marks.some(({ mark, state }) =>
    state === 'baseline'
      ? mark === own || ledger.isUpTo?.(migration, mark) === true
      : state === 'applied' && mark === own,
  );
}

/**
 * What their tool ran behind the last that was asked for, and that is neither asked for nor ours. What came before that
 * one may have been put together into fewer since, and is old enough for whoever knows what came after it.
 */
function theirsSince(
  marks: Marks,
  ledger: Ledger,
  { migrations, kept }: { migrations: LookedFor['migrations']; kept: readonly Kept[] },
): string[] {
  const asked = new Set(migrations.map((each) => ledger.markOf(each)));
  const own = kept.flatMap((each) => (each.kind === 'applied' ? [each] : []));
  const ownMarks = new Set(own.map(({ id }) => ledger.markOf({ id, name: id, sql: '', checksum: '' })));
  const checksums = new Set(own.map(({ checksum }) => checksum));
  const last = marks.findLastIndex(({ mark }) => asked.has(mark));
  return marks
    .slice(last + 1)
    .filter(({ mark, state, also }) => {
      const isOurs = ownMarks.has(mark) || (also !== null && checksums.has(also));
      return state === 'applied' && !isOurs;
    })
    .map(({ mark }) => mark);
}

function byTheirTool(id: string): AppliedMigration {
  return {
    id,
    checksum: null,
    by: 'their-tool',
    light: null,
    deploymentId: null,
    intentId: null,
    finishedAtMs: null,
  };
}

function failedThere(id: string, table: string): HalfWay {
  return {
    id,
    intentId: null,
    say: `${table} says that ${id} was begun by the team's own tool and failed`,
    next: [`put it right with that tool, so that ${table} says it is applied or gone`],
  };
}

/**
 * A named point can be gone back to only where the server archives what it writes (`archive_mode`, `wal_level`), where
 * the last of it really got there, and where this account may make one. See Postgres's manual, pg_create_restore_point
 * and pg_stat_archiver.
 */
async function protectionOf(session: Session): Promise<DatabaseStanding['protection']> {
  const { rows } = await session.query<{
    level: string;
    archive: string;
    arrives: boolean | null;
    may: boolean;
    standby: boolean;
  }>(
    `select current_setting('wal_level') as level, current_setting('archive_mode') as archive,
      (select last_archived_time > coalesce(last_failed_time, '-infinity') from pg_stat_archiver) as arrives,
      has_function_privilege('pg_create_restore_point(text)', 'execute') as may, pg_is_in_recovery() as standby`,
  );
  const [found] = rows;
  const no = (say: string) => ({ can: false as const, say });
  if (found === undefined || found.standby) return no('this is a standby, which takes no changes');
  if (found.archive === 'off' || found.level === 'minimal')
    return no(
      'the server keeps no archive of what it writes (archive_mode is off), so that there is no moment to go back to',
    );
  if (found.arrives !== true)
    return no(
      'the archive of what the server writes has taken nothing yet, or lately refused it (pg_stat_archiver), so that there is no moment to go back to',
    );
  if (!found.may) return no('the account may not mark a moment (pg_create_restore_point)');
  return { can: true };
}
