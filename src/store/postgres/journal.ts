import { type Kysely, type RawBuilder, sql } from 'kysely';
import { type Entry, readEvent } from '../../core/event.ts';
import { EARLY_MS } from '../due.ts';
import { settlesStep } from '../settled.ts';
import type { Appended, Claim, Journal, Writing } from '../store.ts';
import { begin, begunBy } from './begin.ts';
import { putDown } from './board.ts';
import { type Database, transaction } from './database.ts';
import { finish, resolve } from './end.ts';
import { writeEntries } from './entries.ts';
import { find, list } from './list.ts';
import { retried } from './retry.ts';
import { signal } from './signal.ts';
import { line, lineUp, start, stepOut } from './start.ts';
import type { DatabaseTime, Tables } from './tables.ts';
import { fromNow, now, nowOnce } from './time.ts';

export function postgresJournal(db: Database): Journal {
  return retried<Journal>({
    begin: (beginning) => begin(db, beginning),
    begunBy: (key) => begunBy(db, [key]),
    read: (id, afterSeq) => read(db, id, afterSeq),
    start: (held, afterSeq, writing) =>
      start(
        db,
        held,
        (tx) => writeHeld(tx, held, afterSeq, writing),
        async () => ((await isHeldStill(db, held)) ? 'behind' : 'fenced'),
      ),
    lineUp: (held) => lineUp(db, held),
    stepOut: (held) => stepOut(db, held),
    line: (targetId) => line(db, targetId),
    claim: (id, owner, leaseMs) => claim(db, id, owner, leaseMs),
    renew: (held, leaseMs) => renew(db, held, leaseMs),
    append: (held, afterSeq, writing) => append(db, held, afterSeq, writing),
    release: (held, wakeInMs) => release(db, held, wakeInMs),
    putBack: (held) => putBack(db, held),
    signal: (deploymentId, key, event, notices) =>
      transaction(db, (tx) => signal(tx, { deploymentId, key, event, notices })),
    due: (limit) => due(db, limit),
    list: (filter) => list(db, filter),
    find: (id) => find(db, id),
    report: async (id) => {
      const row = await db.selectFrom('deployment').select('report').where('id', '=', id).executeTakeFirst();
      return row?.report ?? null;
    },
    resolve: (id, by) => resolve(db, id, by),
  });
}

async function read(db: Database, id: string, afterSeq: number): Promise<Entry[]> {
  const rows = await db
    .selectFrom('event')
    .select(['seq', 'at', 'event'])
    .where('deployment_id', '=', id)
    .where('seq', '>', afterSeq)
    .orderBy('seq')
    .execute();
  return rows.map(({ seq, at, event }) => ({ seq, atMs: at.getTime(), event: readEvent(event) }));
}

async function claim(db: Database, id: string, owner: string, leaseMs: number): Promise<Claim | null> {
  const row = await db
    .updateTable('deployment')
    .set((eb) => ({
      fence: eb('fence', '+', 1),
      crashes: eb('crashes', '+', 1),
      is_dirty: false,
      lease_owner: owner,
      lease_until: fromNow(leaseMs),
      // Somebody has to look when the lease runs out, should its holder be gone by then.
      due_at: fromNow(leaseMs),
    }))
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .where((eb) => eb.or([eb('lease_until', 'is', null), eb('lease_until', '<=', now)]))
    .where('due_at', '<=', fromNow(EARLY_MS))
    .returning(['fence', sql<number>`crashes - 1`.as('crashes')])
    .executeTakeFirst();
  return row === undefined ? null : { deploymentId: id, owner, fence: row.fence, crashes: row.crashes };
}

/** A lease that ran out is still its holder's until somebody else takes it: only the fence decides. */
async function renew(db: Database, { deploymentId, fence }: Claim, leaseMs: number): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('deployment')
    .set({ lease_until: fromNow(leaseMs), due_at: fromNow(leaseMs) })
    .where('id', '=', deploymentId)
    .where('fence', '=', fence)
    .where('lease_owner', 'is not', null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

async function append(db: Database, held: Claim, afterSeq: number, writing: Writing): Promise<Appended> {
  const { end, sheets = [] } = writing;
  const isWritten =
    end === null && sheets.length === 0
      ? await writeHeld(db, held, afterSeq, writing)
      : await transaction(db, async (tx) => {
          const isFirst = await writeHeld(tx, held, afterSeq, writing);
          for (const sheet of isFirst ? sheets : []) await putDown(tx, sheet);
          if (isFirst && end !== null) await finish(tx, held.deploymentId, end);
          return isFirst;
        });
  if (isWritten) return 'written';
  return (await isHeldStill(db, held)) ? 'behind' : 'fenced';
}

/** The fence and the place in the journal are checked by the same update that moves the journal on. */
function writeHeld(
  db: Kysely<Tables>,
  { deploymentId, fence }: Claim,
  afterSeq: number,
  { events, notices }: Writing,
): Promise<boolean> {
  return writeEntries(
    db,
    (q) =>
      q
        .updateTable('deployment')
        .set((eb) => ({
          head_seq: eb('head_seq', '+', events.length),
          ...(settlesStep(events) ? { crashes: 0 } : {}),
        }))
        .where('id', '=', deploymentId)
        .where('fence', '=', fence)
        .where('lease_owner', 'is not', null)
        .where('head_seq', '=', afterSeq)
        .returning(['id', sql<number>`${afterSeq}::integer`.as('after_seq')]),
    events,
    notices,
  );
}

async function isHeldStill(db: Database, { deploymentId, fence }: Claim): Promise<boolean> {
  const row = await db
    .selectFrom('deployment')
    .select('id')
    .where('id', '=', deploymentId)
    .where('fence', '=', fence)
    .where('lease_owner', 'is not', null)
    .executeTakeFirst();
  return row !== undefined;
}

async function release(db: Database, { deploymentId, fence }: Claim, wakeInMs: number | null) {
  const dueAt: RawBuilder<DatabaseTime | null> =
    wakeInMs === null ? sql`null::timestamptz` : fromNow(wakeInMs);
  const row = await db
    .updateTable('deployment')
    .set({
      lease_owner: sql<string | null>`case when is_dirty then lease_owner end`,
      lease_until: sql<DatabaseTime | null>`case when is_dirty then lease_until end`,
      crashes: sql<number>`case when is_dirty then crashes else 0 end`,
      due_at: sql<DatabaseTime | null>`case when is_dirty then due_at else ${dueAt} end`,
      is_dirty: false,
    })
    .where('id', '=', deploymentId)
    .where('fence', '=', fence)
    .where('lease_owner', 'is not', null)
    .returning('lease_owner')
    .executeTakeFirst();
  if (row === undefined) return 'fenced';
  return row.lease_owner === null ? 'released' : 'again';
}

async function putBack(db: Database, { deploymentId, fence, crashes }: Claim) {
  const { numUpdatedRows } = await db
    .updateTable('deployment')
    .set({ lease_owner: null, lease_until: null, due_at: now, crashes })
    .where('id', '=', deploymentId)
    .where('fence', '=', fence)
    .where('lease_owner', 'is not', null)
    .executeTakeFirst();
  return numUpdatedRows > 0n ? 'put-back' : 'fenced';
}

async function due(db: Database, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('deployment')
    .select('id')
    .where('ended_at', 'is', null)
    .where('due_at', '<=', nowOnce)
    .where((eb) => eb.or([eb('lease_until', 'is', null), eb('lease_until', '<=', nowOnce)]))
    .orderBy('due_at')
    .limit(limit)
    .execute();
  return rows.map(({ id }) => id);
}
