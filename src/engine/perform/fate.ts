import type { Intent, Standing } from '../../platform/platform.ts';
import { newReleaseId, oldReleaseId } from '../writing.ts';
import type { Fate } from './effect.ts';
import { directionOf } from './intent.ts';
import type { Scene } from './scene.ts';
import { desiredShares, isRouted } from './shares.ts';

/** How to find out what became of a call of this step, whichever way it was going when the call was made. */
export async function fateOf(scene: Scene, intent: Intent): Promise<Fate> {
  const wasForward = directionOf(intent.id) === 'forward';
  const { step, site } = scene;
  switch (step.kind) {
    case 'release':
      return wasForward ? site.find(intent) : stopped(scene, newReleaseId(scene.hold.now(), step.target));
    case 'retire':
      return wasForward ? stopped(scene, oldReleaseId(scene.hold.now(), step.target)) : site.find(intent);
    case 'route': {
      const shares = desiredShares(scene.hold.now(), step, wasForward ? 'forward' : 'backward');
      return isRouted(await site.look(), shares) ? { kind: 'found', releaseId: null } : { kind: 'absent' };
    }
    default:
      return { kind: 'absent' };
  }
}

async function stopped({ site }: Scene, releaseId: string | null): Promise<Fate> {
  const isThere = releaseId !== null && isStanding(await site.look(), releaseId);
  return isThere ? { kind: 'absent' } : { kind: 'found', releaseId: null };
}

export function isStanding({ releases }: Standing, releaseId: string): boolean {
  return releases.some((release) => release.releaseId === releaseId && release.health !== 'gone');
}
