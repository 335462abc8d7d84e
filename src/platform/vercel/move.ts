import { Failed, type Failure } from '../../core/failure.ts';
import type { Back, Share } from '../platform.ts';
import { assignsByItself, stagesOf } from './capabilities.ts';
import type { Client } from './client.ts';
import { decideRoute, type RouteMove } from './decide-route.ts';
import { existing, type Read, readTraffic } from './read.ts';
import type { Deployment } from './schema.ts';
import { mark, metaOf } from './version.ts';
import { isBeingMade } from './words.ts';

/** @throws {Failed} `unsupported` where Vercel moves the domains by itself */
export async function route(client: Client, shares: readonly Share[]): Promise<void> {
  const read = await readTraffic(client);
  if (assignsByItself(read.project))
    throw failed('unsupported', 'Vercel moves the domains of this project by itself');
  await move(client, await decided(client, read, shares));
}

/**
 * Calls off what is being built, and points the domains at what served before, unless they still are there.
 * @throws {Failed} `not-found` when Vercel no longer keeps it
 */
export async function restore(client: Client, back: Back): Promise<{ readonly releaseId: string }> {
  const lost = back.insteadOf === null ? null : await callOff(client, back.insteadOf);
  const target = await existing(client, back.releaseId);
  if (target === null || target.readyState !== 'READY') throw gone(back, target);
  const read = await readTraffic(client);
  const wanted = await decided(client, read, [{ releaseId: back.releaseId, trafficPercent: 100 }]);
  if (wanted.kind === 'nothing' && lost !== null) throw new Failed(lost);
  await move(client, wanted);
  return { releaseId: back.releaseId };
}

/**
 * Takes away what has never served: what is being built is cancelled, what stands staged is deleted. What has served is
 * left where it is, because that is what can be gone back to.
 */
export async function retire(client: Client, releaseId: string): Promise<void> {
  const deployment = /^dpl_[A-Za-z0-9]{1,64}$/.test(releaseId) ? await existing(client, releaseId) : null;
  if (deployment === null) return;
  const { project, traffic } = await readTraffic(client);
  if (deployment.projectId !== undefined && deployment.projectId !== project.id)
    throw failed('rejected', `${releaseId} belongs to another project`);
  if (traffic.shares.has(releaseId) || traffic.pendingTo === releaseId)
    throw failed('conflict', `${releaseId} serves people: give its traffic to another one first`);
  const now = isBeingMade(deployment) ? await calledOff(client, releaseId) : deployment;
  if (now !== null) await deleteStaged(client, now);
}

/** Null when it was cancelled; what became of it when it had been built a moment before. */
async function calledOff(client: Client, id: string): Promise<Deployment | null> {
  try {
    await client.cancel(id);
    return null;
  } catch (error) {
    const now = error instanceof Failed && hasEnded(error.failure) ? await existing(client, id) : null;
    if (now === null || isBeingMade(now)) throw error;
    return now;
  }
}

async function deleteStaged(client: Client, deployment: Deployment): Promise<void> {
  const isOurs = metaOf(deployment, mark.intent) !== null;
  if (isOurs && deployment.readyState === 'READY' && deployment.readySubstate === 'STAGED')
    await client.delete(deployment.id);
}

async function decided(
  client: Client,
  { project, traffic }: Read,
  shares: readonly Share[],
): Promise<RouteMove> {
  const lately =
    traffic.doubt === null ? traffic.pendingTo : (project.lastAliasRequest?.toDeploymentId ?? null);
  const references = [...traffic.shares.keys(), ...(lately === null ? [] : [lately])];
  const ids = new Set([...references, ...shares.filter(isSomething).map(({ releaseId }) => releaseId)]);
  const known = new Map<string, Deployment>();
  for (const id of ids) {
    const deployment = await existing(client, id);
    if (deployment !== null) known.set(id, deployment);
  }
  const missing = shares.filter(isSomething).find(({ releaseId }) => !known.has(releaseId));
  if (missing !== undefined)
    throw failed('not-found', `there is no deployment ${missing.releaseId} at Vercel`);
  const newestMs = Math.max(0, ...references.map((id) => known.get(id)?.createdAt ?? 0));
  return decideRoute(shares, {
    traffic,
    stages: stagesOf(project),
    isEarlier: (id) => {
      const deployment = known.get(id);
      return (
        deployment !== undefined && deployment.readySubstate !== 'STAGED' && deployment.createdAt < newestMs
      );
    },
  });
}

async function move(client: Client, wanted: RouteMove): Promise<void> {
  switch (wanted.kind) {
    case 'nothing':
      return;
    case 'refuse':
      throw failed(wanted.code, wanted.say);
    case 'promote':
      return void (await client.promote(wanted.id));
    case 'rollback':
      return void (await client.rollBack(wanted.id));
    case 'start':
      return void (await client.startRolling(wanted.id));
    case 'start-and-complete':
      await client.startRolling(wanted.id);
      return void (await client.completeRolling(wanted.id));
    case 'approve':
      return void (await client.approveStage(wanted.id, wanted.nextStageIndex));
    case 'complete':
      return void (await client.completeRolling(wanted.id));
  }
}

/** Null when it was called off, or had ended by itself; otherwise the failure after which nobody knows. */
async function callOff(client: Client, id: string): Promise<Failure | null> {
  try {
    const deployment = await existing(client, id);
    if (deployment !== null && isBeingMade(deployment)) await client.cancel(id);
    return null;
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    return hasEnded(error.failure) ? null : error.failure;
  }
}

/** What has ended cannot be called off, and need not be. */
function hasEnded({ code }: Failure): boolean {
  return code === 'rejected' || code === 'conflict' || code === 'not-found';
}

function isSomething({ trafficPercent }: Share): boolean {
  return trafficPercent > 0;
}

function gone({ version, releaseId }: Back, target: Deployment | null): Failed {
  const because =
    target === null ? 'no longer keeps it' : `says that it is ${target.readyState ?? 'nothing'}`;
  return failed(
    'not-found',
    `there is no way back to ${version.name} (${releaseId}): Vercel ${because}. Deploy ${version.name} anew`,
  );
}

function failed(code: Failure['code'], message: string): Failed {
  return new Failed({ code, message, retryAfterMs: null });
}
