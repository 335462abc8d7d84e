import { Failed } from '../../core/failure.ts';
import type { DatastoreAt } from '../../core/migration.ts';
import type { Step } from '../../core/plan.ts';
import { duration } from '../../core/text.ts';
import { BEHIND_MAX, newestKept } from '../migrations/kept-moments.ts';
import { databaseAt, unsupported } from '../migrations/read.ts';
import { datastoreOf } from '../recover/signpost.ts';
import { done, type Performed, type Scene, waitOrGiveUp } from './scene.ts';

type Protecting = Scene<Extract<Step, { kind: 'protect' }>>;

/** Marks this moment of the database. Done twice it leaves two marks of one name, and either is as good. */
export async function protect(scene: Protecting): Promise<Performed> {
  const { parts, target, hold, step } = scene;
  if (target.migrations === undefined) throw unsupported('there is no database to protect');
  if (step.datastore !== undefined) return findMoment(scene, step.datastore);
  const name = `slipway ${hold.deploymentId}`;
  await databaseAt(parts, target.migrations.database).protect(name);
  return done({ verdict: { kind: 'pass', because: `the moment is marked as “${name}”` } });
}

/**
 * The newest moment that its platform has for certain at this moment, as a person types it. What is written after it is
 * likely to be kept as well, minutes later; nobody is promised that.
 */
async function findMoment(scene: Protecting, at: DatastoreAt): Promise<Performed> {
  const { parts } = scene;
  const nowMs = await parts.store.nowMs();
  const kept = await newestKept(datastoreOf(parts, at, 'usual'), nowMs);
  if (kept.kind === 'at') {
    const ago = duration(nowMs - kept.ms);
    const because = `${at.platform} can put the database back to ${new Date(kept.ms).toISOString()}, ${ago} before this: --to in a restore`;
    return done({ verdict: { kind: 'pass', because } });
  }
  if (kept.isLate)
    return waitOrGiveUp(
      scene,
      `${at.platform} had no moment that is less than ${BEHIND_MAX} old, and got none`,
    );
  throw new Failed({ code: 'rejected', message: `${at.platform}: ${kept.say}`, retryAfterMs: null });
}
