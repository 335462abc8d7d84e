import { keepsReady } from '../../core/strategy/point-back.ts';
import { oldReleaseId } from '../writing.ts';
import { isStanding } from './fate.ts';
import { done, type Performed, type Scene, type TimedStep } from './scene.ts';
import { start } from './start.ts';
import { stop } from './stop.ts';

/**
 * Takes the version before away. Taken back by starting it again, unless it is still there, or the platform keeps what
 * served and only has to point at it: that is done with its traffic.
 */
export async function retire(scene: Scene<TimedStep>): Promise<Performed> {
  const { target, direction, site, hold } = scene;
  const oldId = oldReleaseId(hold.now(), target.id);
  if (direction === 'forward') return stop(scene, oldId);
  if (target.before === null || keepsReady(await site.capabilities())) return done();
  const hasItsOwn = scene.state().restoredId !== null;
  if (!hasItsOwn && oldId !== null && isStanding(await site.look(), oldId) && !wasAskedToStop(scene)) {
    return done();
  }
  return start(scene, target.before.version);
}

/** A release that was told to stop may still be seen on its way out. */
function wasAskedToStop({ state }: Scene): boolean {
  return state().hasChanged;
}
