import type { AppliedMigration, DatabaseStanding, HalfWay, LookedFor } from '../database.ts';
import { type Marks, readLedger } from './ledger.ts';
import { isReadOnly } from './read-only.ts';
import { isLockTaken, type Session } from './session.ts';
import { type Kept, readRows } from './table.ts';

/** Reads only, and all of it as of one moment. */
export async function look(session: Session, asked: LookedFor): Promise<DatabaseStanding> {
  await session.query('begin transaction isolation level repeatable read, read only');
  const kept = await readRows(session, asked.service);
  const marks = await readLedger(session, asked.ledger);
  const [isBusy, protection, readOnly] = [
    await isLockTaken(session),
    await protectionOf(session),
    await isReadOnly(session),
  ];
  await session.query('commit');
  return { ...together(asked, kept, marks), isBusy, protection, isReadOnly: readOnly };
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
    const mark = ledger.markOf(migration);
    if (marks.applied.has(mark)) applied.push(byTheirTool(migration.id));
    if (marks.failed.has(mark)) halfWay.push(failedThere(migration.id, ledger.table));
  }
  const others = [...ours.values()].flatMap((each) => (each.kind === 'applied' ? [each] : []));
  return { applied, halfWay, others };
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
 * A named point can be gone back to only where the server archives what it writes (`archive_mode`, `wal_level`), and
 * where this account may make one. See Postgres's manual, pg_create_restore_point.
 */
async function protectionOf(session: Session): Promise<DatabaseStanding['protection']> {
  const { rows } = await session.query<{ level: string; archive: string; may: boolean; standby: boolean }>(
    `select current_setting('wal_level') as level, current_setting('archive_mode') as archive,
      has_function_privilege('pg_create_restore_point(text)', 'execute') as may, pg_is_in_recovery() as standby`,
  );
  const [found] = rows;
  const no = (say: string) => ({ can: false as const, say });
  if (found === undefined || found.standby) return no('this is a standby, which takes no changes');
  if (found.archive === 'off' || found.level === 'minimal')
    return no(
      'the server keeps no archive of what it writes (archive_mode is off), so that there is no moment to go back to',
    );
  if (!found.may) return no('the account may not mark a moment (pg_create_restore_point)');
  return { can: true };
}
