import { type Deployment, replay } from '../../core/deployment.ts';
import type { Entry } from '../../core/event.ts';
import { type Actor, may, type Permission } from '../../core/person.ts';
import { type Refusal, refuse } from '../../core/refusal.ts';
import { code } from '../../core/text.ts';
import { refuseUnlessAllowed } from './place.ts';
import type { Visiting } from './visitor.ts';

/** One deployment, for somebody who may do what they ask for at every place of it. */
export type FoundDeployment = {
  readonly kind: 'found';
  readonly deploymentId: string;
  readonly deployment: Deployment;
  readonly entries: readonly Entry[];
  /** The visitor as they were looked up for this. */
  readonly actor: Actor;
};

/** What brings traffic to a version is decided by who somebody is now; what stops it, and looking, never waits for that. */
const decidedLive: ReadonlySet<Permission> = new Set(['approve', 'deploy', 'steer', 'overrule']);

/**
 * Whoever may not see a deployment is told the same as if there were none: neither its name nor the refusal says that
 * it exists, or where. Whoever may see it and not do this is told what it takes.
 */
export async function findDeployment(
  visiting: Visiting,
  deploymentId: string,
  permission: Permission,
): Promise<FoundDeployment | Refusal> {
  const { parts } = visiting;
  const entries = await parts.store.journal.read(deploymentId, 0);
  const deployment = entries.length === 0 ? null : replay(entries);
  const actor = await lookAgain(visiting, deployment, permission);
  const catalog = parts.catalog();
  const isSeen =
    deployment?.plan.targets.every((place) => may(actor, 'look', place, catalog.grants)) ?? false;
  if (deployment === null || !isSeen) {
    const nowhere = { permission, service: null, environment: null };
    const isSomebody = may(actor, 'look', nowhere, catalog.grants);
    return (
      (isSomebody ? null : refuseUnlessAllowed(catalog, actor, nowhere)) ?? noSuchDeployment(deploymentId)
    );
  }
  for (const { service, environment } of deployment.plan.targets) {
    const refused = refuseUnlessAllowed(catalog, actor, { permission, service, environment });
    if (refused !== null) return refused;
  }
  return { kind: 'found', deploymentId, deployment, entries, actor };
}

async function lookAgain(
  { parts, visitor }: Visiting,
  deployment: Deployment | null,
  permission: Permission,
): Promise<Actor> {
  const environment = parts.catalog().environments.find(({ name }) => name === deployment?.plan.environment);
  const isGrave = permission === 'approve' || environment?.isProtected !== false;
  return isGrave && decidedLive.has(permission)
    ? parts.directory.look(visitor.actor, 'fresh')
    : visitor.actor;
}

export function noSuchDeployment(deploymentId: string): Refusal {
  return refuse('not-found', ['There is no deployment ', code(deploymentId), '.'], {
    next: ['See ', code('/deploy-status'), '.'],
  });
}
