import { Failed } from '../../core/failure.ts';
import type { PlannedTarget, Version } from '../../core/plan.ts';
import type { Back, Site, Standing } from '../../platform/platform.ts';
import { newReleaseId } from '../writing.ts';
import { send } from './effect.ts';
import { refuseChanges } from './release.ts';
import { done, type Performed, type Scene, type TimedStep, wait, waitOrGiveUp } from './scene.ts';
import { madeBy, waitForHealth } from './start.ts';

/** Brings the new version up in the place of the old one. Taken back by bringing the old one back, the platform's way. */
export function replace(scene: Scene<TimedStep>): Promise<Performed> {
  return scene.direction === 'forward' ? takeOver(scene) : giveBack(scene);
}

async function takeOver(scene: Scene<TimedStep>): Promise<Performed> {
  const { site, target } = scene;
  const { version, kept, before } = target;
  const releaseId = madeBy(scene);
  if (releaseId !== null) return waitUntilServing(scene, releaseId, version);
  // Each time, because a call that got lost has given others time.
  await refuseChanges(scene);
  if (kept === undefined)
    return (await send(scene, (intent) => way(site).replace(intent, version))) ?? wait(0);
  const back = { releaseId: kept, version, insteadOf: before?.releaseId ?? null };
  return (await send(scene, (intent) => way(site).restore(intent, back))) ?? wait(0);
}

/** Nothing is asked of the platform where the old version never lost its place. */
async function giveBack(scene: Scene<TimedStep>): Promise<Performed> {
  const { site, target, hold } = scene;
  if (!scene.state().hasChanged && !(await isEmptied(scene))) return done();
  const restoredId = madeBy(scene);
  const { before } = target;
  if (restoredId !== null && before !== null) return waitUntilServing(scene, restoredId, before.version);
  const newId = newReleaseId(hold.now(), target.id);
  const standing = await site.look();
  refuseStrangers(standing, newId, target);
  if (isUntouched(standing, newId, target)) return done();
  if (before === null) {
    throw new Failed({
      code: 'unsupported',
      message: `nothing ran at ${target.id} before ${target.version.name}, and the platform cannot empty the place: ${target.version.name} was left where it is`,
      retryAfterMs: null,
    });
  }
  const back: Back = { ...before, insteadOf: newId };
  return (await send(scene, (intent) => way(site).restore(intent, back))) ?? wait(0);
}

/** A call that was refused or never arrived may have got half-way at a platform that takes several to do it. */
async function isEmptied({ site, target, state }: Scene): Promise<boolean> {
  if (target.before === null || state().effects === 0) return false;
  return (await site.look()).releases.every(({ trafficPercent }) => trafficPercent === 0);
}

/** The new one has ended by itself, and what was before still has everything. */
function isUntouched({ releases }: Standing, newId: string | null, { before }: PlannedTarget): boolean {
  const isOver = releases.some(({ releaseId, health }) => releaseId === newId && health === 'gone');
  const serving = releases.filter(({ trafficPercent }) => trafficPercent > 0);
  return isOver && serving.every(({ releaseId }) => releaseId === before?.releaseId);
}

async function waitUntilServing(
  scene: Scene<TimedStep>,
  releaseId: string,
  version: Version,
): Promise<Performed> {
  const { releases, frontDoor } = await scene.site.look();
  const release = releases.find((each) => each.releaseId === releaseId);
  if (release === undefined)
    return waitOrGiveUp(scene, `${version.name} was asked for but is not to be seen`);
  const waiting = await waitForHealth(scene, release, version);
  if (waiting !== null) return waiting;
  if (release.trafficPercent > 99.5) return done({ releaseId, url: frontDoor });
  return waitOrGiveUp(scene, `${version.name} is healthy, but did not get all the traffic`);
}

/** What somebody else has put there meanwhile is theirs: it is reported, never fought. */
function refuseStrangers({ releases }: Standing, newId: string | null, { id, before }: PlannedTarget): void {
  const stranger = releases.find(
    ({ releaseId, trafficPercent }) =>
      trafficPercent > 0 && releaseId !== newId && releaseId !== before?.releaseId,
  );
  if (stranger === undefined) return;
  throw new Failed({
    code: 'conflict',
    message: `somebody else put ${stranger.version.name} at ${id}`,
    retryAfterMs: null,
  });
}

/** A plan never asks for what the platform said it cannot; one that has changed its mind since is refused here. */
function way({ replace, restore }: Site): Required<Pick<Site, 'replace' | 'restore'>> {
  if (replace !== undefined && restore !== undefined) return { replace, restore };
  throw new Failed({
    code: 'unsupported',
    message: 'the platform cannot put a version in the place of another any more',
    retryAfterMs: null,
  });
}
