import { REPLAY_GUARD_MS } from '../replay.ts';
import type { Delivery, Inbox } from '../store.ts';
import type { Database } from './database.ts';
import { retried } from './retry.ts';
import { agoOnce, fromNow, now, nowOnce } from './time.ts';

export function postgresInbox(db: Database): Inbox {
  return retried<Inbox>({
    receive: async ({ key, kind, body }) => {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('inbox')
        .values({ key, kind, body: JSON.stringify(body ?? null) })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      return numInsertedOrUpdatedRows === 1n;
    },
    once: async (key) => {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('inbox')
        .values({ key, kind: 'webhook', body: JSON.stringify(null), done_at: now })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      return numInsertedOrUpdatedRows === 1n;
    },
    take: (key, owner, leaseMs) => take(db, key, owner, leaseMs),
    keep: async (key, owner, leaseMs) => {
      await db
        .updateTable('inbox')
        .set({ lease_until: fromNow(leaseMs) })
        .where('key', '=', key)
        .where('lease_owner', '=', owner)
        .where('done_at', 'is', null)
        .execute();
    },
    waiting: (olderThanMs, limit) => waiting(db, olderThanMs, limit),
    done: async (key, owner) => {
      await db
        .updateTable('inbox')
        .set({ done_at: now })
        .where('key', '=', key)
        .where('lease_owner', '=', owner)
        .where('done_at', 'is', null)
        .execute();
    },
    sweep: (olderThanMs) => sweep(db, olderThanMs),
  });
}

async function take(db: Database, key: string, owner: string, leaseMs: number): Promise<Delivery | null> {
  const row = await db
    .updateTable('inbox')
    .set({ lease_owner: owner, lease_until: fromNow(leaseMs) })
    .where('key', '=', key)
    .where('done_at', 'is', null)
    .where((eb) => eb.or([eb('lease_until', 'is', null), eb('lease_until', '<=', now)]))
    .returning(['kind', 'body'])
    .executeTakeFirst();
  return row === undefined ? null : { key, kind: row.kind, body: row.body };
}

async function waiting(db: Database, olderThanMs: number, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('inbox')
    .select('key')
    .where('done_at', 'is', null)
    .where('received_at', '<=', agoOnce(olderThanMs))
    .where((eb) => eb.or([eb('lease_until', 'is', null), eb('lease_until', '<=', nowOnce)]))
    .orderBy('received_at')
    .limit(limit)
    .execute();
  return rows.map(({ key }) => key);
}

/** The body goes first, and the key, which guards against a replay, when it is a day old at the least. */
async function sweep(db: Database, olderThanMs: number): Promise<number> {
  const emptied = await db
    .updateTable('inbox')
    .set({ body: null })
    .where('done_at', 'is not', null)
    .where('received_at', '<', agoOnce(olderThanMs))
    .where('body', 'is not', null)
    .executeTakeFirst();
  await db
    .deleteFrom('inbox')
    .where('done_at', 'is not', null)
    .where('received_at', '<', agoOnce(Math.max(olderThanMs, REPLAY_GUARD_MS)))
    .execute();
  return Number(emptied.numUpdatedRows);
}
