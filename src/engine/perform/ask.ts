import type { Step } from '../../core/plan.ts';
import { done, elapsedMs, type Performed, type Scene, wait, waitOrGiveUp } from './scene.ts';

/** Waits for a person's yes. Nobody's yes in time is a no. */
export async function ask(scene: Scene<Extract<Step, { kind: 'ask' }>>): Promise<Performed> {
  const { hold, step } = scene;
  if (hold.now().people.answers.has(step.id)) return done();
  const leftMs = step.deadlineMs - elapsedMs(scene);
  // A press wakes whoever waits.
  return leftMs > 0 ? wait(leftMs) : waitOrGiveUp(scene, `nobody said yes to “${step.question}”`);
}
