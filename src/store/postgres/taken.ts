import type { Kysely } from 'kysely';
import { invariant } from '../../core/bug.ts';
import type { Taken } from '../store.ts';
import type { Database } from './database.ts';
import type { Tables } from './tables.ts';

/** Leaves the transaction undone: somebody else has one of the targets. */
export class TargetTaken extends Error {
  readonly target: string;
  constructor(target: string) {
    super(`target ${target} is taken`);
    this.target = target;
  }
}

const ATTEMPTS_MAX = 5;

/**
 * What `take` answers, or who has a target that it found taken. Whoever had it may be done with it while we ask who it
 * is; then it is worth another try.
 */
export async function unlessTaken<T>(db: Database, take: () => Promise<T>): Promise<T | Taken> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await take();
    } catch (error) {
      if (!(error instanceof TargetTaken)) throw error;
      const taken = await takenBy(db, error.target);
      if (taken !== null) return taken;
      invariant(attempt < ATTEMPTS_MAX, `target ${error.target} was taken and free by turns`);
    }
  }
}

/** Who has a target; null when nobody has. */
async function takenBy(db: Kysely<Tables>, target: string): Promise<Taken | null> {
  const row = await db
    .selectFrom('deployment_target')
    .innerJoin('deployment', 'deployment.id', 'deployment_target.deployment_id')
    .select(['deployment.id', 'deployment.ended_at'])
    .where('target_id', '=', target)
    .where('is_taking', '=', true)
    .executeTakeFirst();
  if (row === undefined) return null;
  return { kind: row.ended_at === null ? 'busy' : 'held', target, deploymentId: row.id };
}
