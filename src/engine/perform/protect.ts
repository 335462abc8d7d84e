import type { Step } from '../../core/plan.ts';
import { databaseAt, unsupported } from '../migrations/read.ts';
import { done, type Performed, type Scene } from './scene.ts';

/** Marks this moment of the database. Done twice it leaves two marks of one name, and either is as good. */
export async function protect(scene: Scene<Extract<Step, { kind: 'protect' }>>): Promise<Performed> {
  const { parts, target, hold } = scene;
  if (target.migrations === undefined) throw unsupported('there is no database to protect');
  const name = `slipway ${hold.deploymentId}`;
  await databaseAt(parts, target.migrations.database).protect(name);
  return done({ verdict: { kind: 'pass', because: `the moment is marked as “${name}”` } });
}
