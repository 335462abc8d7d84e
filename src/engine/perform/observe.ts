import { watchOfOld } from '../../core/draw-watch.ts';
import type { Step } from '../../core/plan.ts';
import type { Performed, Scene } from './scene.ts';
import { watch } from './watch/watch.ts';

/** Watches the new version under its traffic, in the way that its plan says. */
export function observe(scene: Scene<Extract<Step, { kind: 'observe' }>>): Promise<Performed> {
  const { step, hold } = scene;
  return watch({ ...scene, step: { ...step, watch: step.watch ?? watchOfOld(hold.now().plan, step) } });
}
