import type { ListFilter, Summary } from '../store.ts';
import type { DeploymentRecord, State } from './state.ts';

export function list(state: State, filter: ListFilter): Summary[] {
  const found: Summary[] = [];
  // The clock may stand still or go back: newest first is by time, and then by what came last.
  const newestFirst = [...state.deployments.values()]
    .toReversed()
    .toSorted((a, b) => b.startedAtMs - a.startedAtMs);
  for (const deployment of newestFirst) {
    if (found.length >= filter.limit) break;
    if (matches(deployment, filter)) found.push(summary(deployment));
  }
  return found;
}

function matches(deployment: DeploymentRecord, { service, environment, isActive }: ListFilter): boolean {
  if (service !== null && !deployment.targets.some((target) => target.service === service)) return false;
  if (environment !== null && deployment.environment !== environment) return false;
  return isActive === null || isActive === (deployment.outcome === null);
}

export function summary(deployment: DeploymentRecord): Summary {
  const { id, environment, requestedBy, targets, outcome, isWaiting, startedAtMs, endedAtMs } = deployment;
  return { deploymentId: id, environment, requestedBy, targets, outcome, isWaiting, startedAtMs, endedAtMs };
}
