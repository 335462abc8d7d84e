import { Failed, type Failure } from '../../core/failure.ts';
import type { Back } from '../platform.ts';
import { capabilitiesOf } from './capabilities.ts';
import type { Client } from './client.ts';
import type { Deploy, Service } from './schema.ts';
import { isOnItsWay, wasLive } from './standing.ts';
import { isOfVersion } from './version.ts';

const DEPLOYS = 20;

/**
 * Calls off what is on its way, and starts the build of before again unless it is still live. Render's API leaves
 * autodeploy on when it rolls back, so that the next push would undo it: it is switched off first.
 * @throws {Failed} `not-found` when Render no longer keeps the build
 */
export async function restore(client: Client, back: Back): Promise<{ readonly releaseId: string }> {
  const service = await client.service();
  const { rollback } = capabilitiesOf(service);
  if (!rollback.can) throw new Failed({ code: 'unsupported', message: rollback.say, retryAfterMs: null });
  const before = await client.deploys(DEPLOYS);
  const isOurs = (deploy: Deploy) => deploy.trigger === 'rollback' && isOfVersion(deploy, back.version);
  const ours = before.find((deploy) => isOnItsWay(deploy) && isOurs(deploy));
  const lost = await cancelAll(
    client,
    before.filter((deploy) => isOnItsWay(deploy) && deploy !== ours),
  );
  if (ours !== undefined) return { releaseId: ours.id };

  // Something may have come up while it was being called off: only a fresh look says what is live.
  const deploys = await client.deploys(DEPLOYS);
  if (lost !== null && deploys.some(isOnItsWay)) throw new Failed(lost);
  const live =
    deploys.find(({ status }) => status === 'live') ?? (await client.deploys(1, { status: 'live' }))[0];
  if (live !== undefined && (live.id === back.releaseId || isOurs(live))) return { releaseId: live.id };
  return rollBack(client, service, back);
}

/** Null when all of it was called off, or had ended by itself; otherwise the failure after which nobody knows. */
async function cancelAll(client: Client, deploys: readonly Deploy[]): Promise<Failure | null> {
  let lost: Failure | null = null;
  for (const { id } of deploys) {
    const failure = await client.cancel(id).then(
      () => null,
      (error: unknown) => failureOf(error),
    );
    if (failure !== null && !hasEnded(failure)) lost = failure;
  }
  return lost;
}

/** What has ended cannot be called off, and need not be. */
function hasEnded({ code }: Failure): boolean {
  return code === 'rejected' || code === 'conflict' || code === 'not-found';
}

async function rollBack(
  client: Client,
  service: Service,
  back: Back,
): Promise<{ readonly releaseId: string }> {
  const target = await client.deploy(back.releaseId).catch((error: unknown) => {
    throw gone(back, failureOf(error));
  });
  if (!wasLive(target)) {
    const message = `${back.version.name} (${back.releaseId}) was never live at Render, so there is nothing to go back to: deploy it anew`;
    throw new Failed({ code: 'rejected', message, retryAfterMs: null });
  }
  const wasOn = service.autoDeploy !== 'no';
  // Going back must not wait for this: what it is set to is read again, and said, by whoever looks.
  if (wasOn) await client.setAutoDeploy('no').catch(failureOf);
  try {
    const { id } = await client.rollBack(back.releaseId);
    return { releaseId: id };
  } catch (error) {
    const failure = failureOf(error);
    const isRefused = failure.code !== 'outcome-unknown' && failure.code !== 'misunderstood';
    if (wasOn && isRefused) await client.setAutoDeploy('yes').catch(failureOf);
    throw gone(back, failure);
  }
}

function gone({ version, releaseId }: Back, failure: Failure): Failed {
  if (failure.code !== 'not-found' && failure.code !== 'rejected') return new Failed(failure);
  const message = `Render cannot go back to ${version.name} (${releaseId}): it may no longer keep its build. Deploy ${version.name} anew. ${failure.message}`;
  return new Failed({ ...failure, message });
}

/** @throws whatever is not the world's refusal */
function failureOf(error: unknown): Failure {
  if (error instanceof Failed) return error.failure;
  throw error;
}
