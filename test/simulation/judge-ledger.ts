import { isForward } from './judge-journal.ts';
import type { Found, Kept } from './oracle.ts';
import type { Request } from './platform.ts';
import type { World } from './world.ts';

/** What was really asked of the platform, request by request. */
export function judgeLedger(world: World, kept: readonly Kept[], found: Found): void {
  const { ledger } = world.platform;
  const plans = new Map(kept.map((each) => [each.deploymentId, each]));
  for (const request of ledger) {
    const deployment = plans.get(request.intent.deploymentId);
    judgeSending(request, found);
    if (deployment === undefined) found('who acts is known', say(request));
    else judgeTouching(world, request, deployment, found);
    judgeTime(world, request, found);
  }
  judgeOnce(ledger, found);
  judgeTwins(world, found);
}

function judgeSending(request: Request, found: Found): void {
  if (!request.wasRecorded) found('a call is written down before it is made', say(request));
  if (request.sentFence !== request.currentFence) {
    const fences = `fence ${request.sentFence}, while ${request.currentFence} holds it`;
    found('a fenced holder touches nothing', `${say(request)} with ${fences}`);
  }
}

/** Only what is ours, or what the plan said would be replaced. */
function judgeTouching(world: World, request: Request, { deploymentId, plan }: Kept, found: Found): void {
  const target = plan.targets.find(({ id }) => id === request.target);
  if (target === undefined) {
    found('only planned targets are touched', say(request));
    return;
  }
  const ground = world.platform.ground(request.target);
  const isOurs = (releaseId: string | null) =>
    releaseId === target.before?.releaseId ||
    ground
      .standing(world.scheduler.nowMs())
      .some((each) => each.releaseId === releaseId && (each.intentId ?? '').startsWith(`${deploymentId}/`));
  if (request.what === 'retire' && request.appliedAtMs !== null && !isOurs(request.releaseId)) {
    found('what is not ours is left alone', `${say(request)} of ${request.releaseId}`);
  }
  for (const { releaseId, trafficPercent } of request.shares) {
    if (trafficPercent > 0 && !isOurs(releaseId)) found('what is not ours is left alone', say(request));
  }
  // What the plan said would be replaced was seen by whoever asked for it.
  const named = new Set([...request.shares.map(({ releaseId }) => releaseId), target.before?.releaseId]);
  const fought = request.strangersSeen.filter((releaseId) => !named.has(releaseId));
  const isTaking = request.what !== 'release' && request.what !== 'retire';
  if (isTaking && plan.purpose === 'deploy' && fought.length > 0) {
    found('strangers are not fought', `${say(request)} took the traffic of ${fought.join(' ')}`);
  }
  if (request.refused !== null && ground.meddledAtMs.length === 0) {
    found('nothing nonsensical is asked for', `${say(request)}: ${request.refused}`);
  }
}

/** Nothing lands before its deployment began, after it ended, or while the target is another's. */
function judgeTime({ history }: World, request: Request, found: Found): void {
  const { appliedAtMs, intent, target } = request;
  // What a stranger had done already is done once more to no effect.
  if (appliedAtMs === null || !request.wasNeeded) return;
  for (const [id, { atMs: begunAtMs, targets, waits }] of history.begins) {
    const atMs = waits ? (history.startsAtMs.get(id) ?? Number.POSITIVE_INFINITY) : begunAtMs;
    const ended = history.ends.get(id);
    const isHeld = ended?.outcome === 'needs-human';
    const endsAtMs = isHeld ? history.resolvedAtMs.get(id) : ended?.atMs;
    const isWithin = appliedAtMs >= atMs && appliedAtMs <= (endsAtMs ?? Number.POSITIVE_INFINITY);
    if (id === intent.deploymentId) {
      if (!isWithin) found('what has ended touches nothing', `${say(request)} at ${appliedAtMs}`);
    } else if (isWithin && targets.includes(target)) {
      found('one deployment at a time at a target', `${say(request)} while ${id} is active`);
    }
  }
  const abortedAtMs = history.abortsAtMs.get(intent.deploymentId);
  const recordedAtMs = history.intents.get(intent.id)?.atMs;
  if (
    abortedAtMs !== undefined &&
    recordedAtMs !== undefined &&
    isForward(intent.id) &&
    recordedAtMs > abortedAtMs
  ) {
    found('nothing goes on after a stop', say(request));
  }
}

/** A name is used for one call, and one call brings up one release. */
function judgeOnce(ledger: readonly Request[], found: Found): void {
  const applied = new Map<string, number>();
  for (const { intent, appliedAtMs } of ledger) {
    if (appliedAtMs === null) continue;
    const times = (applied.get(intent.id) ?? 0) + 1;
    applied.set(intent.id, times);
    if (times === 2) found('a call is carried out at most once', intent.id);
  }
}

/** Of one step's releases at most one was ever alive at the same time: the next is made when the last is gone. */
function judgeTwins({ platform, history }: World, found: Found): void {
  const targets = new Set([...history.begins.values()].flatMap((begin) => begin.targets));
  for (const target of targets) {
    const bySteps = new Map<string, number>();
    for (const { intentId } of platform.ground(target).standing(0)) {
      if (intentId === null) continue;
      const step = intentId.replace(/\/\d+$/, '');
      bySteps.set(step, (bySteps.get(step) ?? 0) + 1);
      if (bySteps.get(step) === 2) found('one step brings up one release', `${step} at ${target}`);
    }
  }
}

function say({ what, target, intent, owner }: Request): string {
  return `${owner} ${what} ${target} ${intent.id}`;
}
