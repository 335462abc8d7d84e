import { Failed } from '../../core/failure.ts';
import type { Step } from '../../core/plan.ts';
import { databaseAt, unsupported } from '../migrations/read.ts';
import { done, type Performed, type Scene, waitOrGiveUp } from './scene.ts';

/** Asks what is declared of the data. Only yes is yes. */
export async function verifyData(scene: Scene<Extract<Step, { kind: 'verify-data' }>>): Promise<Performed> {
  const { parts, target, step } = scene;
  if (target.migrations === undefined) throw unsupported('there is no database to ask');
  const verdict = await databaseAt(parts, target.migrations.database).verify(step.queries);
  if (verdict.kind === 'pass') return done({ verdict });
  if (verdict.kind === 'unknown') return waitOrGiveUp(scene, `${verdict.because}; no answer`);
  throw new Failed({ code: 'gate-closed', message: verdict.because, retryAfterMs: null });
}
