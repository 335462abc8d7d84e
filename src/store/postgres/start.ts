import { type Kysely, sql } from 'kysely';
import type { Claim, Started } from '../store.ts';
import { type Database, transaction } from './database.ts';
import type { Tables } from './tables.ts';
import { TargetTaken, unlessTaken } from './taken.ts';
import { now } from './time.ts';

/** What Postgres says when a unique index has the row already. */
const UNIQUE_VIOLATION = '23505';

/**
 * Lets a waiting deployment take its targets. `write` writes its events under the fence; false when it could not, and
 * then `whyNot` says what to answer.
 */
export async function start(
  db: Database,
  { deploymentId }: Claim,
  write: (tx: Kysely<Tables>) => Promise<boolean>,
  whyNot: () => Promise<'behind' | 'fenced'>,
): Promise<Started> {
  try {
    const started = await unlessTaken(db, () =>
      transaction(db, async (tx) => {
        if (!(await write(tx))) return 'not-written';
        const ahead = await aheadOf(tx, deploymentId);
        if (ahead !== null) throw new Ahead(ahead);
        await tx
          .updateTable('deployment')
          .set({ is_waiting: false, in_line_since: null })
          .where('id', '=', deploymentId)
          .execute();
        await takeAll(tx, deploymentId);
        return 'written';
      }),
    );
    return started === 'not-written' ? await whyNot() : started;
  } catch (error) {
    if (error instanceof Ahead) return { kind: 'behind-others', deploymentId: error.deploymentId };
    throw error;
  }
}

class Ahead extends Error {
  readonly deploymentId: string;
  constructor(deploymentId: string) {
    super(`${deploymentId} has waited for longer`);
    this.deploymentId = deploymentId;
  }
}

/** Always in the same order, so that two who want the same ones do not wait for each other. @throws {TargetTaken} */
async function takeAll(tx: Kysely<Tables>, deploymentId: string): Promise<void> {
  const rows = await tx
    .selectFrom('deployment_target')
    .select('target_id')
    .where('deployment_id', '=', deploymentId)
    .orderBy('target_id')
    .execute();
  for (const { target_id } of rows) {
    try {
      await tx
        .updateTable('deployment_target')
        .set({ is_taking: true })
        .where('deployment_id', '=', deploymentId)
        .where('target_id', '=', target_id)
        .execute();
    } catch (error) {
      if (isUniqueViolation(error)) throw new TargetTaken(target_id);
      throw error;
    }
  }
}

function isUniqueViolation(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === UNIQUE_VIOLATION;
}

/** Who has stood in line for one of the same targets for longer; null when nobody has. */
async function aheadOf(tx: Kysely<Tables>, deploymentId: string): Promise<string | null> {
  const { rows } = await sql<{ id: string }>`
    select other.id
    from slipway.deployment mine
    join slipway.deployment_target want on want.deployment_id = mine.id
    join slipway.deployment_target theirs on theirs.target_id = want.target_id and theirs.deployment_id <> mine.id
    join slipway.deployment other on other.id = theirs.deployment_id
    where mine.id = ${deploymentId}
      and other.is_waiting and other.ended_at is null and other.in_line_since is not null
      and (mine.in_line_since is null
        or (other.in_line_since, other.ordinal) < (mine.in_line_since, mine.ordinal))
    order by other.in_line_since, other.ordinal
    limit 1`.execute(tx);
  return rows[0]?.id ?? null;
}

export async function lineUp(db: Database, { deploymentId, fence }: Claim): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('deployment')
    .set({ in_line_since: sql`coalesce(in_line_since, ${now})` })
    .where('id', '=', deploymentId)
    .where('fence', '=', fence)
    .where('lease_owner', 'is not', null)
    .where('is_waiting', '=', true)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

export async function stepOut(db: Database, { deploymentId, fence }: Claim): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('deployment')
    .set({ in_line_since: null })
    .where('id', '=', deploymentId)
    .where('fence', '=', fence)
    .where('lease_owner', 'is not', null)
    .where('is_waiting', '=', true)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

export async function line(db: Database, targetId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('deployment')
    .innerJoin('deployment_target', 'deployment_target.deployment_id', 'deployment.id')
    .select('id')
    .where('target_id', '=', targetId)
    .where('is_waiting', '=', true)
    .where('ended_at', 'is', null)
    .where('in_line_since', 'is not', null)
    .orderBy('in_line_since')
    .orderBy('ordinal')
    .execute();
  return rows.map(({ id }) => id);
}

/** Somebody has to look at whoever waits for what a deployment has just let go, or for a place in line before them. */
export async function wakeLine(tx: Kysely<Tables>, deploymentId: string): Promise<void> {
  await sql`
    update slipway.deployment
    set is_dirty = true,
        due_at = case when lease_until > clock_timestamp() then due_at
                      else least(due_at, clock_timestamp()) end
    where is_waiting and ended_at is null and in_line_since is not null and id <> ${deploymentId}
      and id in (
        select theirs.deployment_id
        from slipway.deployment_target mine
        join slipway.deployment_target theirs on theirs.target_id = mine.target_id
        where mine.deployment_id = ${deploymentId})`.execute(tx);
}
