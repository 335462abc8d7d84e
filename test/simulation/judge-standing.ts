import type { PlannedTarget } from '../../src/core/plan.ts';
import type { Ended, Truth } from './history.ts';
import { isForward } from './judge-journal.ts';
import type { Found, Kept } from './oracle.ts';
import type { World } from './world.ts';

/** Whether what was said at the end is what was so at that very moment. */
export function judgeStanding(world: World, { deploymentId, plan }: Kept, found: Found): void {
  const { history, platform } = world;
  const ended = history.ends.get(deploymentId);
  const begun = history.begins.get(deploymentId);
  if (ended === undefined || begun === undefined || ended.outcome === 'needs-human') return;
  // Who never had the place does not answer for it.
  if (begun.waits && !history.startsAtMs.has(deploymentId)) return;
  const changes = platform.ledger.filter(
    ({ intent, appliedAtMs }) => intent.deploymentId === deploymentId && appliedAtMs !== null,
  );
  for (const target of plan.targets) {
    const truth = ended.truth.find((each) => each.target === target.id);
    // After a stranger's visit the ground is not ours to answer for.
    const isMeddled = platform.ground(target.id).meddledAtMs.some((atMs) => atMs <= ended.atMs);
    if (truth === undefined || isMeddled) continue;
    const say = (what: string) =>
      `${deploymentId} is ${ended.outcome}, but at ${target.id} ${what}: ${list(truth)}`;
    // Where only the database is changed, what runs stays.
    if (target.migrations?.phase === 'contract') continue;
    const isTouched = changes.some((each) => each.target === target.id);
    judgeShares(deploymentId, ended, isTouched, target, truth, (promise, what) => found(promise, say(what)));
  }
  const [changed] = changes;
  if (ended.outcome === 'stopped' && changed !== undefined) {
    found('stopped means nothing was changed', `${deploymentId}: ${changed.intent.id}`);
  }
}

function judgeShares(
  deploymentId: string,
  { outcome }: Ended,
  isTouched: boolean,
  { version, before }: PlannedTarget,
  { releases }: Truth,
  found: Found,
): void {
  const serving = releases.filter(({ trafficPercent }) => trafficPercent > 0);
  const isNew = (intentId: string | null) => {
    const id = intentId ?? '';
    const isReplacing = id.startsWith(`${deploymentId}/replace.`) && isForward(id);
    return isReplacing || id.startsWith(`${deploymentId}/release.`);
  };
  if (serving.some(({ trafficPercent }) => trafficPercent !== 100))
    found('traffic is never left split', 'it is split');
  if (outcome === 'deployed') {
    const isServing = serving.some((each) => each.version === version.name && isNew(each.intentId));
    if (!isServing) found('deployed means serving', 'the new version does not serve');
    const isOldThere = releases.some((each) => each.releaseId === before?.releaseId && each.isLive);
    if (isOldThere) found('deployed means that the old version is gone', 'the old version is still there');
    return;
  }
  if (releases.some((each) => isNew(each.intentId) && each.isLive && !each.isLeaving)) {
    found('taken back means taken away', 'the new version is still there');
  }
  // Where nothing was done, what is so is not of our making.
  if (!isTouched) return;
  if (before === null) {
    if (serving.length > 0) found('taken back means that nothing new serves', 'something serves');
    return;
  }
  const old = releases.find(({ releaseId }) => releaseId === before.releaseId);
  const wasThere = old !== undefined && (old.isLive || serving.length > 0);
  if (wasThere && !serving.some((each) => each.version === before.version.name)) {
    found('taken back means that the old version serves', `${before.version.name} does not`);
  }
  const copies = releases.filter((each) => each.isLive && each.version === before.version.name);
  if (copies.length > 1) found('nothing is left lying about', 'the old version is there twice');
}

function list({ releases }: Truth): string {
  return releases
    .map((each) => `${each.releaseId}=${each.version} ${each.trafficPercent} %${each.isLive ? '' : ' gone'}`)
    .join(', ');
}
