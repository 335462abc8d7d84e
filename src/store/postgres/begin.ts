import { type Kysely, sql } from 'kysely';
import { invariant } from '../../core/bug.ts';
import type { Beginning, Begun, Signal } from '../store.ts';
import { putDown } from './board.ts';
import { type Database, transaction } from './database.ts';
import { writeEntries } from './entries.ts';
import { signal } from './signal.ts';
import type { DatabaseTime, Tables } from './tables.ts';
import { TargetTaken, unlessTaken } from './taken.ts';

/** Leaves the transaction undone: what was to be replaced has left the line. */
class NotInLine extends Error {
  readonly deploymentId: string;
  constructor(deploymentId: string) {
    super(`${deploymentId} stands in line no more`);
    this.deploymentId = deploymentId;
  }
}

export async function begin(db: Database, beginning: Beginning): Promise<Begun> {
  const { targets } = beginning;
  const distinct = new Set(targets.map(({ id }) => id));
  invariant(
    distinct.size === targets.length && targets.length > 0,
    'a deployment has targets, each one once',
  );
  try {
    return await unlessTaken(db, () => transaction(db, (tx) => beginOnce(tx, beginning)));
  } catch (error) {
    if (error instanceof NotInLine) return { kind: 'not-in-line', deploymentId: error.deploymentId };
    throw error;
  }
}

/** @throws {TargetTaken | NotInLine} so that what was written so far is undone. */
async function beginOnce(tx: Kysely<Tables>, beginning: Beginning): Promise<Begun> {
  const { deploymentId, orderKey, environment, requestedBy, event, notices } = beginning;
  const { askedAs = null, isWaiting = false, sheets = [], replaces } = beginning;
  const isMade = await writeEntries(
    tx,
    (q) =>
      q
        .insertInto('deployment')
        .values({
          id: deploymentId,
          order_key: orderKey,
          asked_as: askedAs,
          environment,
          requested_by: requestedBy,
          head_seq: 1,
          is_waiting: isWaiting,
        })
        .onConflict((conflict) => conflict.doNothing())
        .returning(['id', sql<number>`0`.as('after_seq')]),
    [event],
    notices,
  );
  if (!isMade) return alreadyThere(tx, askedAs === null ? [orderKey] : [orderKey, askedAs]);
  const taken = await takeTargets(tx, beginning);
  const missing = isWaiting ? undefined : beginning.targets.find(({ id }) => !taken.has(id));
  if (missing !== undefined) throw new TargetTaken(missing.id);
  for (const sheet of sheets) await putDown(tx, sheet);
  if (replaces !== undefined) await takePlaceOf(tx, deploymentId, replaces);
  return { kind: 'begun' };
}

async function alreadyThere(tx: Kysely<Tables>, keys: readonly string[]): Promise<Begun> {
  const deploymentId = await begunBy(tx, keys);
  return deploymentId === null ? { kind: 'id-taken' } : { kind: 'repeated', deploymentId };
}

/** What was made for one of these keys, whether they name the order or the request; the oldest, where there are two. */
export async function begunBy(db: Kysely<Tables>, keys: readonly string[]): Promise<string | null> {
  const row = await db
    .selectFrom('deployment')
    .select('id')
    .where((eb) => eb.or([eb('order_key', 'in', keys), eb('asked_as', 'in', keys)]))
    .orderBy('ordinal')
    .executeTakeFirst();
  return row?.id ?? null;
}

/** Stands where another stood, and tells it so. @throws {NotInLine} */
async function takePlaceOf(tx: Kysely<Tables>, deploymentId: string, replaced: Signal): Promise<void> {
  const older = await tx
    .selectFrom('deployment')
    .select('id')
    .where('id', '=', replaced.deploymentId)
    .where('is_waiting', '=', true)
    .where('ended_at', 'is', null)
    .where('in_line_since', 'is not', null)
    .forUpdate()
    .executeTakeFirst();
  if (older === undefined) throw new NotInLine(replaced.deploymentId);
  const since = sql<DatabaseTime>`(
    select older.in_line_since from slipway.deployment older
    where older.id = ${older.id} and not exists (
      select target_id from slipway.deployment_target where deployment_id = ${deploymentId}
      except select target_id from slipway.deployment_target where deployment_id = ${older.id}))`;
  await tx.updateTable('deployment').set({ in_line_since: since }).where('id', '=', deploymentId).execute();
  await tx.updateTable('deployment').set({ in_line_since: null }).where('id', '=', older.id).execute();
  await signal(tx, replaced);
}

/** Takes those that are free, always in the same order, so that two who want the same ones do not wait for each other. */
async function takeTargets(
  tx: Kysely<Tables>,
  { deploymentId, targets, isWaiting = false }: Beginning,
): Promise<Set<string>> {
  const rows = targets.map(({ id, service, version }, position) => ({
    deployment_id: deploymentId,
    target_id: id,
    position,
    service,
    version,
    is_taking: !isWaiting,
  }));
  rows.sort((a, b) => (a.target_id < b.target_id ? -1 : 1));
  const taken = await tx
    .with('known', (q) =>
      q
        .insertInto('target')
        .values(rows.map(({ target_id }) => ({ id: target_id })))
        .onConflict((conflict) => conflict.doNothing()),
    )
    .insertInto('deployment_target')
    .values(rows)
    .onConflict((conflict) => conflict.column('target_id').where('is_taking', '=', true).doNothing())
    .returning('target_id')
    .execute();
  return new Set(taken.map(({ target_id }) => target_id));
}
