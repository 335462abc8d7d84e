import { type Kysely, sql } from 'kysely';
import type { End } from '../store.ts';
import { putDown } from './board.ts';
import { type Database, transaction } from './database.ts';
import { wakeLine } from './start.ts';
import type { DatabaseTime, Tables } from './tables.ts';
import { now } from './time.ts';

/** Ends a deployment whose row the transaction has locked. */
export async function finish(
  tx: Kysely<Tables>,
  id: string,
  { outcome, report, believed, sheets = [] }: End,
): Promise<void> {
  await tx
    .updateTable('deployment')
    .set({
      outcome,
      ended_at: now,
      report: JSON.stringify(report),
      lease_owner: null,
      lease_until: null,
      due_at: null,
      is_waiting: false,
      in_line_since: null,
    })
    .where('id', '=', id)
    .execute();
  if (believed.length > 0) await believe(tx, id, believed);
  if (outcome !== 'needs-human') await letGo(tx, id);
  for (const sheet of sheets) await putDown(tx, sheet);
}

async function believe(tx: Kysely<Tables>, id: string, believed: End['believed']): Promise<void> {
  const rows = believed.map(({ target, releaseId, version }) => ({
    id: target,
    believed_release_id: releaseId,
    believed_version: version,
    believed_deployment_id: id,
    believed_since: now,
  }));
  await tx
    .insertInto('target')
    .values(rows.toSorted((a, b) => (a.id < b.id ? -1 : 1)))
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet({
        believed_release_id: sql<string>`excluded.believed_release_id`,
        believed_version: sql<string>`excluded.believed_version`,
        believed_deployment_id: sql<string>`excluded.believed_deployment_id`,
        believed_since: sql<DatabaseTime>`excluded.believed_since`,
      }),
    )
    .execute();
}

async function letGo(tx: Kysely<Tables>, id: string): Promise<void> {
  await tx
    .updateTable('deployment_target')
    .set({ is_taking: false })
    .where('deployment_id', '=', id)
    .where('is_taking', '=', true)
    .execute();
  await wakeLine(tx, id);
}

/** Only the first to resolve a deployment finds it unresolved: the update is what decides. */
export function resolve(db: Database, id: string, by: string): Promise<boolean> {
  return transaction(db, async (tx) => {
    const { numUpdatedRows } = await tx
      .updateTable('deployment')
      .set({ resolved_at: now, resolved_by: by })
      .where('id', '=', id)
      .where('outcome', '=', 'needs-human')
      .where('resolved_at', 'is', null)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) return false;
    await letGo(tx, id);
    return true;
  });
}
