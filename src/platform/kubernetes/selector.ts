import { canonical } from '../../core/canonical.ts';
import type { DeploymentState } from './deployment.ts';
import { rejected } from './refusals.ts';
import type { Labels } from './schema.ts';
import { nameOf, type Slots } from './slots.ts';

/** What tells the pods of one Deployment from all others. @throws {Failed} `rejected` for a selector that a Service cannot have */
export function labelsOf(slot: DeploymentState): Labels {
  const { matchLabels = {}, matchExpressions = [] } = slot.deployment.spec.selector;
  if (Object.keys(matchLabels).length > 0 && matchExpressions.length === 0) return matchLabels;
  throw rejected(`the Deployment ${nameOf(slot)} selects its pods by more than labels, which no Service can`);
}

/** What the pods of both have. @throws {Failed} `rejected` where that is nothing, or is all that one of them has */
export function commonLabels([one, other]: Slots): Labels {
  const [ours, theirs] = [labelsOf(one), labelsOf(other)];
  const shared = Object.fromEntries(Object.entries(ours).filter(([key, value]) => theirs[key] === value));
  const sizes = [ours, theirs].map((labels) => Object.keys(labels).length);
  const isApart = sizes.every((size) => size > Object.keys(shared).length);
  if (Object.keys(shared).length > 0 && isApart) return shared;
  const names = `${nameOf(one)} and ${nameOf(other)}`;
  throw rejected(
    `${names} need one label in common and one that tells them apart in their selectors, such as app: and track:`,
  );
}

export function isSameSelector(is: Labels | undefined, wanted: Labels): boolean {
  return canonical(is ?? {}) === canonical(wanted);
}
