import type { Run } from '../../src/migration/database.ts';
import type { Ledger, Migration } from '../../src/migration/migration.ts';
import type { Random } from './random.ts';
import type { Scheduler } from './scheduler.ts';
import type { Deed, Session } from './team-server.ts';

/**
 * What the team's own tool keeps in their database: its table and its lock. It runs what is in the folder and not in its
 * table, and knows of nobody else's.
 */
export type TheirTool = {
  /** It has been used on this database before: its table is there. */
  readonly isThere: boolean;
  /** What its table says was applied, in the order in which it came, and who wrote it there. */
  readonly marks: { readonly mark: string; readonly by: 'us' | 'their-tool' }[];
  isLocked(): boolean;
  takeLock(session: Session): boolean;
  letGo(session: Session): void;
  /** Whoever held it was killed, and the lock has stayed, until somebody looks. */
  leaveLock(ms: number): void;
  /** It runs all that its table does not say was applied, one after the other, and then lets go. */
  run(migrations: readonly Migration[], ledger: Ledger): void;
};

/** `ours` says what was applied by us or by hand, whatever the table says: what runs then is run once more. */
export function openTool(
  reference: string,
  isThere: boolean,
  { scheduler, random }: { readonly scheduler: Scheduler; readonly random: Random },
  deeds: Deed[],
): TheirTool {
  const marks: { mark: string; by: 'us' | 'their-tool' }[] = [];
  let lock: Session | 'tool' | null = null;

  function next(migrations: readonly Migration[], ledger: Ledger): void {
    const isKept = (each: Migration) => marks.some(({ mark }) => mark === ledger.markOf(each));
    const migration = migrations.find((each) => !isKept(each));
    if (migration === undefined || !runsThrough(migration)) {
      scheduler.note(`their tool is done in ${reference}`);
      lock = null;
      return;
    }
    scheduler.after(random.between(100, 4_000), `their tool goes on in ${reference}`, () => {
      const { id, checksum } = migration;
      const by = { deploymentId: '', intentId: 'their tool' };
      marks.push({ mark: ledger.markOf(migration), by: 'their-tool' });
      deeds.push({
        what: 'applied',
        reference,
        id,
        checksum,
        light: 'unknown',
        ...by,
        atMs: scheduler.nowMs(),
      });
      scheduler.note(`APPLIED ${id} in ${reference} by their tool`);
      next(migrations, ledger);
    });
  }
  return {
    isThere,
    marks,
    isLocked: () => lock !== null,
    takeLock(session) {
      if (lock !== null && lock !== session) return false;
      lock = session;
      return true;
    },
    letGo(session) {
      if (lock === session) lock = null;
    },
    leaveLock(ms) {
      if (lock !== null) return;
      lock = 'tool';
      scheduler.note(`their tool is killed in ${reference}`);
      scheduler.after(ms, `somebody frees the lock of their tool in ${reference}`, () => {
        lock = null;
      });
    },
    run(migrations, ledger) {
      if (lock !== null) return;
      lock = 'tool';
      scheduler.note(`their tool runs in ${reference}`);
      next(migrations, ledger);
    },
  };
}

/** It stops where a script does not go through, and before what the team keeps for later. */
function runsThrough({ sql, phase }: Migration): boolean {
  return phase !== 'contract' && !sql.includes('missing') && !sql.includes('concurrently');
}

/** What is held for as long as we run: a lock that is waited for is only respected where it would be in the way. */
export function takeTheirLock(
  { tool }: { readonly tool: TheirTool },
  session: Session,
  { ledger, isTransactional }: Run,
): boolean {
  if (ledger?.lock === undefined || !tool.isThere) return true;
  if (!tool.takeLock(session)) return false;
  const isHeld = isTransactional || (ledger.lock.kind === 'advisory' && !ledger.lock.isWaitedFor);
  if (!isHeld) tool.letGo(session);
  return true;
}

/** In the transaction of what it tells. */
export function keepMark(
  { tool }: { readonly tool: TheirTool },
  run: Pick<Run, 'ledger' | 'migration'>,
): void {
  if (run.ledger !== null && tool.isThere)
    tool.marks.push({ mark: run.ledger.markOf(run.migration), by: 'us' });
}
