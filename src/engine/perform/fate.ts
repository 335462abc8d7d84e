import { directionOf } from '../../core/intent.ts';
import type { Version } from '../../core/plan.ts';
import type { Intent, Sought, Standing } from '../../platform/platform.ts';
import { newReleaseId, oldReleaseId } from '../writing.ts';
import type { Fate } from './effect.ts';
import { flagFate } from './flag.ts';
import { migrationFate } from './migrate.ts';
import type { Scene } from './scene.ts';
import { desiredShares, isRouted } from './shares.ts';

/** How to find out what became of a call of this step, whichever way it was going when the call was made. */
export async function fateOf(scene: Scene, intent: Intent): Promise<Fate> {
  const wasForward = directionOf(intent.id) === 'forward';
  const { step, site, target } = scene;
  switch (step.kind) {
    case 'release':
      return wasForward
        ? found(scene, intent, 'release', target.version)
        : stopped(scene, newReleaseId(scene.hold.now(), step.target));
    case 'retire':
      return wasForward
        ? stopped(scene, oldReleaseId(scene.hold.now(), step.target))
        : found(scene, intent, 'release', target.before?.version);
    case 'replace':
      return replaced(scene, intent, wasForward);
    case 'flag':
      return flagFate({ ...scene, step }, wasForward ? 'forward' : 'backward');
    case 'route': {
      const shares = desiredShares(scene.hold.now(), step, wasForward ? 'forward' : 'backward');
      return isRouted(await site.look(), shares) ? { kind: 'found', releaseId: null } : { kind: 'absent' };
    }
    case 'migrate':
      return migrationFate(scene, step, intent);
    default:
      return { kind: 'absent' };
  }
}

function replaced(scene: Scene, intent: Intent, wasForward: boolean): Promise<Fate> {
  const { version, kept, before } = scene.target;
  if (!wasForward) return found(scene, intent, 'restore', before?.version);
  return found(scene, intent, kept === undefined ? 'replace' : 'restore', version);
}

/** Nobody brings back what was never there, so a call for no version cannot have been made. */
async function found(
  { site, hold }: Scene,
  intent: Intent,
  doing: Sought['doing'],
  version: Version | undefined,
): Promise<Fate> {
  if (version === undefined) return { kind: 'absent' };
  return site.find(intent, { doing, version, sinceMs: hold.now().startedAtMs });
}

async function stopped({ site }: Scene, releaseId: string | null): Promise<Fate> {
  const isThere = releaseId !== null && isStanding(await site.look(), releaseId);
  return isThere ? { kind: 'absent' } : { kind: 'found', releaseId: null };
}

export function isStanding({ releases }: Standing, releaseId: string): boolean {
  return releases.some((release) => release.releaseId === releaseId && release.health !== 'gone');
}
