import { sql } from 'kysely';
import { laneOrder } from '../notices.ts';
import type { Lane, Outbox, OutboxRow, SentRef } from '../store.ts';
import type { Database } from './database.ts';
import { retried } from './retry.ts';
import type { DatabaseTime } from './tables.ts';
import { fromNow, now } from './time.ts';

const lanes: ReadonlyMap<number, Lane> = new Map(
  Object.entries(laneOrder).map(([lane, order]) => [order, lane as Lane]),
);

export function postgresOutbox(db: Database): Outbox {
  return retried<Outbox>({
    take: (owner, limit, leaseMs) => take(db, owner, limit, leaseMs),
    sent: (row, ref) => sent(db, row, ref),
    later: async (row, inMs, isUncertain) => {
      await claimed(db, row)
        .set({ due_at: fromNow(inMs), is_uncertain: isUncertain, claim_owner: null, claim_until: null })
        .execute();
    },
    drop: async (row, because) => {
      await claimed(db, row)
        .set({ ...settled, waiting_since: null, dropped_at: now, dropped_because: withoutNul(because) })
        .execute();
    },
    ref: async (key) => {
      const row = await db
        .selectFrom('outbox')
        .select(['ref_channel', 'ref_ts'])
        .where('key', '=', key)
        .executeTakeFirst();
      return row === undefined ? null : refOf(row);
    },
    keyAt: async ({ channel, ts }) => {
      const row = await db
        .selectFrom('outbox')
        .select('key')
        .where('ref_ts', '=', ts)
        .where('ref_channel', '=', channel)
        .orderBy('id')
        .executeTakeFirst();
      return row?.key ?? null;
    },
    backlog: async () => {
      const row = await db
        .selectFrom('outbox')
        .select([
          sql<number>`count(*)::integer`.as('rows'),
          sql<number>`coalesce(extract(epoch from clock_timestamp() - min(waiting_since)) * 1000, 0)::double precision`.as(
            'oldestMs',
          ),
        ])
        .where('waiting_since', 'is not', null)
        .executeTakeFirstOrThrow();
      return { rows: row.rows, oldestMs: Math.max(0, Math.floor(row.oldestMs)) };
    },
  });
}

/** Rows that another process has just taken are skipped; rows that it has changed since are looked at anew. */
async function take(db: Database, owner: string, limit: number, leaseMs: number): Promise<OutboxRow[]> {
  const rows = await db
    .with('first', (q) =>
      q
        .selectFrom('outbox')
        .distinctOn('stream')
        .select('id as first_id')
        .where('waiting_since', 'is not', null)
        .orderBy('stream')
        .orderBy('id'),
    )
    .with('ready', (q) =>
      q
        .selectFrom('outbox')
        .innerJoin('first', 'first.first_id', 'outbox.id')
        .select(['id as ready_id', 'lane as ready_lane', 'waiting_since as ready_since'])
        .where('waiting_since', 'is not', null)
        .where('due_at', '<=', now)
        .where((eb) => eb.or([eb('claim_until', 'is', null), eb('claim_until', '<=', now)]))
        .orderBy('lane')
        .orderBy('waiting_since')
        .orderBy('id')
        .limit(limit)
        .forUpdate('outbox')
        .skipLocked(),
    )
    .with('taken', (q) =>
      q
        .updateTable('outbox')
        .from('ready')
        .set((eb) => ({
          is_uncertain: sql<boolean>`is_uncertain or claim_until is not null`,
          claim_owner: owner,
          claim_until: fromNow(leaseMs),
          claim_fence: eb('claim_fence', '+', 1),
          attempts: eb('attempts', '+', 1),
        }))
        .whereRef('outbox.id', '=', 'ready.ready_id')
        .returningAll(),
    )
    .selectFrom('taken')
    .selectAll()
    .orderBy('ready_lane')
    .orderBy('ready_since')
    .orderBy('id')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    key: row.key,
    stream: row.stream,
    lane: lanes.get(row.lane) ?? 'progress',
    content: row.content,
    revision: row.revision,
    claimFence: row.claim_fence,
    attempts: row.attempts,
    isUncertain: row.is_uncertain,
    ref: refOf(row),
  }));
}

/** Changes nothing when somebody else has taken the row since, or when it was settled already. */
function claimed(db: Database, { id, claimFence }: OutboxRow) {
  return db
    .updateTable('outbox')
    .where('id', '=', id)
    .where('claim_fence', '=', claimFence)
    .where('claim_until', 'is not', null);
}

const settled = {
  claim_owner: null,
  claim_until: null,
  is_uncertain: false,
  attempts: 0,
  due_at: now,
} as const;

async function sent(db: Database, row: OutboxRow, ref: SentRef): Promise<void> {
  await claimed(db, row)
    .set({
      ...settled,
      waiting_since: sql<DatabaseTime | null>`case when revision > ${row.revision} then revised_at end`,
      ref_channel: ref.channel,
      ref_ts: ref.ts,
    })
    .execute();
}

function refOf({
  ref_channel,
  ref_ts,
}: {
  ref_channel: string | null;
  ref_ts: string | null;
}): SentRef | null {
  return ref_channel === null || ref_ts === null ? null : { channel: ref_channel, ts: ref_ts };
}

/** Postgres keeps no NUL in a text, and a reason may quote what somebody else said. */
function withoutNul(text: string): string {
  return text.replaceAll('\0', '\u{fffd}');
}
