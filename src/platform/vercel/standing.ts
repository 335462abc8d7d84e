import type { Standing, StandingRelease } from '../platform.ts';
import type { Deployment, Project } from './schema.ts';
import type { Traffic } from './traffic.ts';
import { mark, metaOf, versionOf } from './version.ts';
import { howIs } from './words.ts';

/** How long what has ended is still shown. */
const GONE_SHOWN_MS = 24 * 3_600_000;

/** What Vercel says, in our words: who serves, what is on its way, what stands ready, and what lately ended. */
export function standingOf(
  project: Project,
  deployments: readonly Deployment[],
  traffic: Traffic,
  atMs: number,
): Standing {
  const servingSinceMs = Math.max(
    0,
    ...deployments.filter(({ id }) => traffic.shares.has(id)).map(({ createdAt }) => createdAt),
  );
  const releases = onlyOnce(deployments).map((deployment) => ({
    deployment,
    release: {
      ...common(deployment),
      trafficPercent: traffic.shares.get(deployment.id) ?? 0,
      ...(traffic.shares.has(deployment.id)
        ? serving(project, deployment, traffic)
        : aside(deployment, traffic, servingSinceMs)),
    } satisfies StandingRelease,
  }));
  return {
    atMs,
    frontDoor: frontDoorOf(project),
    releases: releases
      .filter(
        ({ deployment, release }) => release.health !== 'gone' || atMs - deployment.createdAt < GONE_SHOWN_MS,
      )
      .map(({ release }) => release),
  };
}

/** Pages of a list meet while it grows, and one deployment may be on both. */
function onlyOnce(deployments: readonly Deployment[]): readonly Deployment[] {
  return deployments.filter(({ id }, index) => deployments.findIndex((one) => one.id === id) === index);
}

function common(deployment: Deployment) {
  return {
    releaseId: deployment.id,
    version: versionOf(deployment),
    url: deployment.url == null || deployment.url === '' ? null : `https://${deployment.url}`,
    intentId: metaOf(deployment, mark.intent),
  };
}

type Judged = Pick<StandingRelease, 'health' | 'say'>;

/** Good only where nothing that Vercel says speaks against it. */
function serving(project: Project, deployment: Deployment, { doubt, active, shares }: Traffic): Judged {
  const own = howIs(deployment);
  if (own.health !== 'healthy') return own;
  if (doubt !== null) return { health: 'unknown', say: doubt };
  if (project.paused === true)
    return { health: 'unhealthy', say: 'the project is paused: people get an error page' };
  if (deployment.aliasError != null)
    return {
      health: 'unhealthy',
      say: `its domains could not be assigned: ${deployment.aliasError.message ?? 'no reason given'}`,
    };
  if (active !== null)
    return { health: 'healthy', say: `has ${shares.get(deployment.id)} % in a rolling release` };
  if (deployment.readySubstate === 'STAGED' || deployment.readySubstate === 'ROLLING')
    return {
      health: 'unknown',
      say: `Vercel calls it ${deployment.readySubstate} and the target of production`,
    };
  if (!isAssigned(deployment))
    return { health: 'starting', say: 'ready, and its domains are being assigned' };
  return { health: 'healthy', say: `serves production${sayRollback(project, deployment)}` };
}

function sayRollback({ lastAliasRequest, autoAssignCustomDomains }: Project, { id }: Deployment): string {
  const wasRolledBack = lastAliasRequest?.type === 'rollback' && lastAliasRequest.toDeploymentId === id;
  if (!wasRolledBack) return '';
  return autoAssignCustomDomains === false
    ? ' after a rollback: Vercel gives new deployments no domains until one is promoted'
    : ' after a rollback';
}

/** What has no traffic: staged it stands ready; with its domains to come it is on its way; otherwise it has served. */
function aside(deployment: Deployment, { pendingTo }: Traffic, servingSinceMs: number): Judged {
  const own = howIs(deployment);
  if (own.health !== 'healthy') return own;
  if (deployment.id === pendingTo)
    return { health: 'starting', say: 'Vercel has taken the request and moves the domains' };
  const isOurs = metaOf(deployment, mark.intent) !== null;
  if (deployment.readySubstate === 'STAGED') {
    const isStillOfUse = isOurs || deployment.createdAt > servingSinceMs;
    return isStillOfUse
      ? { health: 'healthy', say: 'ready, without domains' }
      : { health: 'gone', say: 'was staged before what serves now' };
  }
  if (!isAssigned(deployment) && deployment.readySubstate == null && deployment.createdAt > servingSinceMs)
    return { health: 'starting', say: 'ready, and its domains are not assigned yet' };
  return { health: 'gone', say: 'has served, and is kept by Vercel: it can be gone back to' };
}

function isAssigned({ aliasAssigned }: Deployment): boolean {
  return aliasAssigned === true || (typeof aliasAssigned === 'number' && aliasAssigned > 0);
}

function frontDoorOf({ targets }: Project): string | null {
  const alias = targets?.['production']?.alias?.[0];
  return alias === undefined || alias === '' ? null : `https://${alias}`;
}
