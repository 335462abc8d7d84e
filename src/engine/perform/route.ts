import { Failed } from '../../core/failure.ts';
import type { Step } from '../../core/plan.ts';
import type { Share, Standing } from '../../platform/platform.ts';
import { send } from './effect.ts';
import { done, type Performed, type Scene, wait, waitOrGiveUp } from './scene.ts';
import { desiredShares, isRouted } from './shares.ts';
import { wasSent } from './stop.ts';

/** Sets the split and reads it back from the platform. */
export async function route(scene: Scene<Extract<Step, { kind: 'route' }>>): Promise<Performed> {
  const { site, step, direction, hold } = scene;
  const shares = desiredShares(hold.now(), step, direction);
  const standing = await site.look();
  if (isRouted(standing, shares)) return done();
  refuseStrangers(standing, shares, scene);
  if (!wasSent(scene)) {
    const call = async (intent: Parameters<typeof site.route>[0]) => {
      await site.route(intent, shares);
      return { releaseId: null };
    };
    return (await send(scene, call)) ?? wait(0);
  }
  return waitOrGiveUp(scene, `the traffic was not ${say(shares)}`);
}

/** What somebody else has put into service meanwhile is theirs: it is reported, never fought. */
function refuseStrangers({ releases }: Standing, shares: readonly Share[], { target, hold }: Scene): void {
  if (hold.now().plan.purpose === 'roll-back') return;
  const ours = new Set(shares.map(({ releaseId }) => releaseId));
  const stranger = releases.find(
    ({ releaseId, trafficPercent }) => trafficPercent > 0 && !ours.has(releaseId),
  );
  if (stranger === undefined) return;
  throw new Failed({
    code: 'conflict',
    message: `somebody else gave ${stranger.version.name} ${stranger.trafficPercent} % of the traffic of ${target.id}`,
    retryAfterMs: null,
  });
}

function say(shares: readonly Share[]): string {
  return shares.map(({ releaseId, trafficPercent }) => `${trafficPercent} % to ${releaseId}`).join(', ');
}
