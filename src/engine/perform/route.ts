import { Failed } from '../../core/failure.ts';
import type { Step } from '../../core/plan.ts';
import type { Share, Standing } from '../../platform/platform.ts';
import { send } from './effect.ts';
import { done, type Performed, type Scene, wait, waitOrGiveUp } from './scene.ts';
import { desiredShares, isRouted } from './shares.ts';
import { wasSent } from './stop.ts';

/**
 * Sets the split and reads it back from the platform. Taking back a split that may still be on its way is not done
 * because it is not to be seen yet: it is set, and believed when nothing earlier can show any more.
 */
export async function route(scene: Scene<Extract<Step, { kind: 'route' }>>): Promise<Performed> {
  const { site, step, direction, hold } = scene;
  const shares = desiredShares(hold.now(), step, direction);
  const standing = await site.look();
  const isSeen = isRouted(standing, shares);
  const mayTurn = direction === 'backward' && scene.state().hasChanged;
  if (isSeen && mayTurn && wasSent(scene)) {
    const leftMs = await untilSettledMs(scene);
    return leftMs > 0 ? wait(leftMs) : done();
  }
  if (isSeen && !mayTurn) return done();
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

/** How long an earlier split may still show, by the database: the clock of a machine may be wrong by minutes. */
async function untilSettledMs({ site, state, parts }: Scene): Promise<number> {
  const { traffic } = await site.capabilities();
  const settleMs = traffic.can ? (traffic.how.settleMs ?? 0) : 0;
  return (state().effect?.sinceMs ?? 0) + settleMs - (await parts.store.nowMs());
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
