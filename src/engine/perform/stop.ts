import { send } from './effect.ts';
import { isStanding } from './fate.ts';
import { done, type Performed, type Scene, wait, waitOrGiveUp } from './scene.ts';

/** Takes one release away and waits until it is gone. One that is gone already is fine. */
export async function stop(scene: Scene, releaseId: string | null): Promise<Performed> {
  const { site } = scene;
  if (releaseId === null || !isStanding(await site.look(), releaseId)) return done();
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
  return effect?.state === 'confirmed' && effect.id.includes(`/${direction}/`);
}
