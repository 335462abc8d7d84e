import { conflict } from './changing.ts';
import type { Cluster } from './client.ts';
import type { DeploymentState } from './deployment.ts';
import { selectorPatch } from './patches.ts';
import type { Labels } from './schema.ts';
import { isSameSelector, labelsOf } from './selector.ts';
import { type Slots, serves, type Traffic } from './slots.ts';

/** A selector that no pod has: an empty one would leave the endpoints as they were. */
export const nobodysLabels: Labels = { 'slipway/serves': 'nobody' };

/** A desired state: what is so already is not sent again. */
export async function pointTo(cluster: Cluster, name: string, labels: Labels): Promise<void> {
  const service = await cluster.service(name);
  if (isSameSelector(service.spec.selector, labels)) return;
  await cluster.patchService(name, selectorPatch(service, labels));
}

/**
 * Keeps traffic from what is about to come up: a ready pod gets it as soon as the Service selects it, so the Service
 * selects those that serve, and no more. @throws {Failed} `conflict` where pods of others would lose theirs
 */
export async function shelter(
  cluster: Cluster,
  name: string,
  slots: Slots,
  traffic: Traffic,
  idle: DeploymentState,
): Promise<void> {
  const { spec } = await cluster.service(name);
  const pods = idle.deployment.spec.template.metadata.labels ?? {};
  const selected = Object.entries(spec.selector ?? {});
  const isSelected = selected.length > 0 && selected.every(([key, value]) => pods[key] === value);
  if (!isSelected) return;
  if (traffic.elsewherePercent > 0) {
    throw conflict(
      `the Service ${name} also selects pods of others, and would give traffic to whatever comes up`,
    );
  }
  const serving = slots.find((slot) => serves(slot, traffic));
  await pointTo(cluster, name, serving === undefined ? nobodysLabels : labelsOf(serving));
}
