import { directionOf } from '../../core/intent.ts';
import { send } from './effect.ts';
import { done, type Performed, type Scene, type TimedStep, wait, waitOrGiveUp } from './scene.ts';

/**
 * Takes one release away and waits until it is gone. One that is seen to be gone is fine; one that is not seen at all
 * may be too young to be seen, so it is told to go all the same.
 */
export async function stop(scene: Scene<TimedStep>, releaseId: string | null): Promise<Performed> {
  const { site } = scene;
  if (releaseId === null) return done();
  const { releases } = await site.look();
  const seen = releases.find((release) => release.releaseId === releaseId);
  if (seen?.health === 'gone' || (seen === undefined && wasSent(scene))) return done();
  if (!wasSent(scene)) {
    const call = async (intent: Parameters<typeof site.retire>[0]) => {
      await site.retire(intent, releaseId);
      return { releaseId: null };
    };
    return (await send(scene, call)) ?? wait(0);
  }
  return waitOrGiveUp(scene, `${releaseId} did not go away`);
}

/** Whether a call in this direction has already been taken by the platform. */
export function wasSent({ state, direction }: Scene): boolean {
  const { effect } = state();
  return effect?.state === 'confirmed' && directionOf(effect.id) === direction;
}
