import { type Kysely, type QueryCreator, sql } from 'kysely';
import type { Signal, Signalled } from '../store.ts';
import { writeEntries } from './entries.ts';
import type { DatabaseTime, Tables } from './tables.ts';

/** Writes into a journal that somebody else may hold, once per key, and wakes its deployment. */
export async function signal(
  tx: Kysely<Tables>,
  { deploymentId: id, key, event, notices }: Signal,
): Promise<Signalled> {
  const deployment = await tx
    .selectFrom('deployment')
    .select(['ended_at', 'head_seq'])
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  if (deployment === undefined) return 'ended';
  const before = await tx
    .selectFrom('signal')
    .select('seq')
    .where('deployment_id', '=', id)
    .where('key', '=', key)
    .executeTakeFirst();
  if (before !== undefined) return 'repeated';
  if (deployment.ended_at !== null) return 'ended';
  const seq = deployment.head_seq + 1;
  await tx.insertInto('signal').values({ deployment_id: id, key, seq }).execute();
  await writeEntries(tx, (q) => woken(q, id), [event], notices);
  return 'written';
}

/** While somebody holds the lease they are told when they give it back; otherwise somebody has to look at once. */
function woken(q: QueryCreator<Tables>, id: string) {
  return q
    .updateTable('deployment')
    .set((eb) => ({
      head_seq: eb('head_seq', '+', 1),
      is_dirty: true,
      due_at: sql<DatabaseTime>`
        case when lease_until > clock_timestamp() then due_at else least(due_at, clock_timestamp()) end`,
    }))
    .where('id', '=', id)
    .returning(['id', sql<number>`head_seq - 1`.as('after_seq')]);
}
