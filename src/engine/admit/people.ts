import type { Approval } from '../../core/approval.ts';
import type { Deployment } from '../../core/deployment.ts';
import { type Actor, isAmong, may } from '../../core/person.ts';
import type { EngineParts } from '../parts.ts';
import type { Found } from './found.ts';

/** Whether those who asked and those who said yes still may, looked up live; null when all of them may. */
export async function recheckPeople(parts: EngineParts, deployment: Deployment): Promise<Found | null> {
  const { plan, hash, people } = deployment;
  const requester = await look(parts, plan.requestedBy);
  if (requester.kind === 'unknown') return notLookedUp(plan.requestedBy);
  const permission = plan.purpose === 'deploy' ? 'deploy' : 'roll-back';
  const mayAsk = plan.targets.every(({ service, environment }) =>
    may(
      requester,
      plan.breakGlass === undefined ? permission : 'emergency',
      { service, environment },
      parts.catalog().grants,
    ),
  );
  if (!mayAsk && requester.isUnsure) return notLookedUp(plan.requestedBy);
  if (!mayAsk) return { kind: 'end', because: `whoever asked for it may not do that there any more` };
  const waivedAt = new Set(plan.waived?.map(({ target }) => target));
  const mayWaive = plan.targets.every(
    ({ id, service, environment }) =>
      !waivedAt.has(id) || may(requester, 'waive', { service, environment }, parts.catalog().grants),
  );
  if (!mayWaive && requester.isUnsure) return notLookedUp(plan.requestedBy);
  if (!mayWaive) return { kind: 'end', because: 'whoever waived its gates may not do that there any more' };
  for (const approval of people.approvals.filter((each) => each.hash === hash)) {
    const found = await recheckApproval(parts, deployment, approval);
    if (found !== null) return found;
  }
  return null;
}

async function recheckApproval(
  parts: EngineParts,
  { plan }: Deployment,
  { by, groups }: Approval,
): Promise<Found | null> {
  const approver = await look(parts, by);
  if (approver.kind === 'unknown') return notLookedUp(by);
  const { grants } = parts.catalog();
  const mayApprove = plan.targets.every(({ service, environment }) =>
    may(approver, 'approve', { service, environment }, grants),
  );
  const isStillIn = groups.every((group) => groupsOf(parts, approver).includes(group));
  if (mayApprove && isStillIn) return null;
  if (approver.isUnsure) return notLookedUp(by);
  const because = mayApprove ? 'they have left a group that counted' : 'they may not approve there any more';
  return { kind: 'write', event: { kind: 'approval-void', by, because } };
}

/** The named groups that somebody is in. */
export function groupsOf({ catalog }: Pick<EngineParts, 'catalog'>, actor: Actor): string[] {
  return catalog()
    .groups.filter(({ people }) => isAmong(actor, people))
    .map(({ name }) => name);
}

/** Nobody is waited for, so that whoever carries deployments out goes on with others: it is looked at again soon. */
function look({ directory }: EngineParts, id: string): Promise<Actor> {
  return directory.look({ id, name: '' }, 'fresh', 'at-once');
}

function notLookedUp(id: string): Found {
  return { kind: 'hindered', say: `it could not be looked up whether ${id} may still do this` };
}
