import { Failed } from '../../core/failure.ts';
import { newReleaseId } from '../writing.ts';
import type { Performed, Scene, TimedStep } from './scene.ts';
import { start } from './start.ts';
import { stop } from './stop.ts';

/** Brings the new version up. Taken back by taking it away. */
export async function release(scene: Scene<TimedStep>): Promise<Performed> {
  if (scene.direction === 'backward') return stop(scene, newReleaseId(scene.hold.now(), scene.target.id));
  if (scene.state().effects === 0) await refuseChanges(scene);
  return start(scene, scene.target.version);
}

/** What was planned upon must still be so: the plan that was shown is the plan that runs. */
export async function refuseChanges({ site, target, hold }: Scene): Promise<void> {
  if (hold.now().plan.purpose === 'roll-back') return;
  const serving = (await site.look()).releases.filter(({ trafficPercent }) => trafficPercent > 0);
  const strangers = serving.filter(({ releaseId }) => releaseId !== target.before?.releaseId);
  const isGone = target.before !== null && serving.length === 0;
  if (strangers.length === 0 && !isGone) return;
  const runs = serving.length === 0 ? 'nothing' : serving.map(({ version }) => version.name).join(' and ');
  throw new Failed({
    code: 'conflict',
    message: `${target.id} runs ${runs} now, not ${target.before?.version.name ?? 'nothing'}: somebody else changed it`,
    retryAfterMs: null,
  });
}
