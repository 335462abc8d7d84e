import { hurriedBy } from '../../core/people.ts';
import type { Step } from '../../core/plan.ts';
import { done, elapsedMs, type Performed, type Scene, wait } from './scene.ts';

/** Leaves the version before where it is, until its time is over or a person says that it may go. */
export async function keep(scene: Scene<Extract<Step, { kind: 'keep' }>>): Promise<Performed> {
  const leftMs = scene.step.durationMs - elapsedMs(scene);
  if (leftMs <= 0 || hurriedBy(scene.hold.now().people, scene.step.id) !== null) return done();
  return wait(leftMs);
}
