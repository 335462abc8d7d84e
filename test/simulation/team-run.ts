import type { Failed } from '../../src/core/failure.ts';
import type { HalfWay, Run } from '../../src/migration/database.ts';
import { type Faults, isWithin } from './faults.ts';
import type { Crossing, Node } from './node.ts';
import type { Production } from './production.ts';
import type { Random } from './random.ts';
import type { Scheduler } from './scheduler.ts';
import type { Row, Server, Session } from './team-server.ts';
import { keepMark, takeTheirLock } from './team-tool.ts';

export type RunNeeds = {
  readonly production: Production;
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly faults: Faults;
};

const GIVES_UP_MS = 5_000;
const LOCK_AGAIN_MS = 10_000;
const BUSY_AGAIN_MS = 5_000;
const SLOW_MAX_MS = 30_000;

/** The connection is gone; whether what was asked last was heard, nobody knows. */
class Broken extends Error {}

type Line = {
  query<T>(label: string, act: () => T, takesMs?: number): Promise<T>;
  readonly session: Session;
};

/** One connection from a node: each query goes there and back, and any of them may be the last. */
export function connect({ scheduler, random, faults }: RunNeeds, server: Server, node: Node): Line {
  const session = server.connect(node);
  const isTroubled = () => scheduler.nowMs() < faults.untilMs;
  function lost(): Crossing<unknown>['lost'] {
    if (!isTroubled()) return null;
    const error = () => {
      server.close(session);
      return new Broken('the connection was lost');
    };
    const afterMs = random.between(100, GIVES_UP_MS);
    if (faults.has('lost-requests') && random.chance(0.04)) return { what: 'request', afterMs, error };
    return faults.has('lost-answers') && random.chance(0.08) ? { what: 'answer', afterMs, error } : null;
  }
  return {
    session,
    query: (label, act, takesMs = 0) =>
      node.cross({
        label: `${label} ${server.reference}`,
        isWork: true,
        thereMs: random.between(1, 8) + takesMs,
        backMs: random.between(1, 8),
        lost: lost(),
        act() {
          session.lastAtMs = scheduler.nowMs();
          if (isTroubled() && isWithin(faults.platformDown, scheduler.nowMs())) server.close(session);
          if (!session.isOpen) throw new Broken('the connection is gone');
          return act();
        },
      }),
  };
}

export function halfOf({ migration: { id }, intentId, reached, statements }: Row): HalfWay {
  return { id, intentId, say: `${id} came to statement ${reached} of ${statements}`, next: ['look at it'] };
}

/** Query by query, as it is done at a real one. */
export async function applyOver(
  needs: RunNeeds,
  server: Server,
  node: Node,
  run: Run,
  begun: () => void,
): Promise<void> {
  const { production } = needs;
  const line = connect(needs, server, node);
  const asked = async <T>(label: string, act: () => T): Promise<T> => {
    try {
      return await line.query(label, act);
    } catch (error) {
      throw nothingDone(production, error);
    }
  };
  try {
    await asked('sql connect', () => undefined);
    await asked(`sql lock ${run.intentId}`, () => takeLock(production, server, line.session));
    await run.stillMay();
    begun();
    await asked(`sql their lock`, () => takeTheirs(production, server, line.session, run));
    if (await asked('sql applied?', () => isApplied(production, server, run))) return;
    if (run.isReadOnly) await asked('sql read-only', () => server.beginReadOnly(run.deploymentId));
    try {
      await (run.isTransactional ? inOne(needs, server, line, run) : oneByOne(needs, server, line, run));
    } finally {
      if (run.isReadOnly) await line.query('sql end', () => server.endReadOnly()).catch(() => undefined);
    }
  } finally {
    server.close(line.session);
  }
}

function takeLock({ Failed }: Production, server: Server, session: Session): void {
  if (server.takeLock(session)) return;
  const message = 'somebody else runs migrations there';
  throw new Failed({ code: 'conflict', message, retryAfterMs: BUSY_AGAIN_MS });
}

function takeTheirs({ Failed }: Production, server: Server, session: Session, run: Run): void {
  if (takeTheirLock(server, session, run)) return;
  const message = "the team's own tool runs migrations there, by the lock that it holds";
  throw new Failed({ code: 'conflict', message, retryAfterMs: BUSY_AGAIN_MS });
}

function isApplied({ Failed }: Production, server: Server, { migration }: Run): boolean {
  const no = (code: Failed['failure']['code'], message: string, retryAfterMs: number | null) =>
    new Failed({ code, message, retryAfterMs });
  server.endReadOnly();
  const row = server.rows.get(migration.id);
  if (row === undefined || (row.finishedAtMs === null && row.reached === 0)) return false;
  if (row.finishedAtMs === null) throw no('ambiguous', halfOf(row).say, null);
  if (row.migration.checksum === migration.checksum) return true;
  throw no('conflict', `${migration.id} was applied with other words than it has now`, null);
}

function rowOf({ migration, light, deploymentId, intentId, statements, ledger }: Run): Row {
  return {
    migration,
    ledger,
    light,
    deploymentId,
    intentId,
    statements: statements.length,
    reached: 0,
    finishedAtMs: null,
  };
}

/** All of it or nothing, with the row that says so. */
async function inOne(needs: RunNeeds, server: Server, { query, session }: Line, run: Run): Promise<void> {
  const { production } = needs;
  const row = rowOf(run);
  try {
    await query('sql begin', () => {
      session.open = row;
    });
    for (const { sql } of run.statements)
      await query('sql statement', () => carryOut(needs, sql), takesMs(needs));
  } catch (error) {
    throw nothingDone(production, error);
  }
  try {
    await query('sql commit', () => {
      session.open = null;
      leave(server, run);
      server.apply(row);
    });
  } catch (error) {
    throw maybeDone(production, error);
  }
}

/** What cannot be one transaction is written down before each statement. */
async function oneByOne(needs: RunNeeds, server: Server, { query }: Line, run: Run): Promise<void> {
  const { production } = needs;
  const row = rowOf(run);
  try {
    await query('sql begun', () => void server.rows.set(row.migration.id, row));
  } catch (error) {
    throw nothingDone(production, error);
  }
  try {
    for (const [at, { sql }] of run.statements.entries()) {
      await query('sql reached', () => {
        row.reached = at + 1;
        if (at === 0) server.begin(row);
      });
      await query('sql statement', () => carryOut(needs, sql), takesMs(needs));
    }
    await query('sql finish', () => {
      leave(server, run);
      server.apply(row);
    });
  } catch (error) {
    throw maybeDone(production, error);
  }
}

function takesMs({ scheduler, random, faults }: RunNeeds): number {
  const isSlow = scheduler.nowMs() < faults.untilMs && faults.has('slow-applies') && random.chance(0.3);
  return isSlow ? random.between(500, SLOW_MAX_MS) : random.between(1, 600);
}

/** `missing` is in no database; a table that others use may be had a moment later. */
function carryOut({ production, scheduler, random, faults }: RunNeeds, sql: string): void {
  const { Failed } = production;
  if (sql.includes('missing'))
    throw new Failed({ code: 'rejected', message: 'relation "missing" does not exist', retryAfterMs: null });
  const isUsed = scheduler.nowMs() < faults.untilMs && faults.has('rate-limits') && random.chance(0.2);
  if (isUsed)
    throw new Failed({
      code: 'conflict',
      message: 'somebody else uses the table',
      retryAfterMs: LOCK_AGAIN_MS,
    });
}

function leave(server: Server, run: Run): void {
  const { migration } = run;
  keepMark(server, run);
  if (migration.sql.includes('spoilt')) server.isSpoiled = true;
}

export function nothingDone({ Failed }: Production, error: unknown): unknown {
  if (!(error instanceof Broken)) return error;
  return new Failed({ code: 'unavailable', message: error.message, retryAfterMs: 5_000 });
}

function maybeDone({ Failed }: Production, error: unknown): unknown {
  if (!(error instanceof Broken) && !(error instanceof Failed)) return error;
  return new Failed({ code: 'outcome-unknown', message: error.message, retryAfterMs: null });
}
