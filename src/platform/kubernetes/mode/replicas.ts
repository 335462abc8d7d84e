import type { Capabilities } from '../../../core/capability.ts';
import type { Site } from '../../platform.ts';
import type { AddressOf } from '../address.ts';
import { giveBack, selecting } from '../by-hand.ts';
import { common, leaves } from '../common-capabilities.ts';
import { replicasPatch } from '../patches.ts';
import type { Place } from '../place.ts';
import { unsupported } from '../refusals.ts';
import type { Autoscaler, Labels } from '../schema.ts';
import { commonLabels, labelsOf } from '../selector.ts';
import { nobodysLabels, pointTo, shelter } from '../service-selector.ts';
import { serviceTraffic } from '../service-traffic.ts';
import { type Divider, slotSite } from '../slot-site.ts';
import { nameOf, type Slots } from '../slots.ts';

/** Two Deployments behind one Service: who has how many pods decides who gets how much. */
export function replicasSite(address: AddressOf<'replicas'>, place: Place): Site {
  const { cluster } = place;

  async function scale(slot: Slots[number], pods: number): Promise<void> {
    if (slot.deployment.spec.replicas === pods) return;
    await cluster.patchDeployment(nameOf(slot), replicasPatch(slot.deployment, pods));
  }
  /** Who was seen last to decide on the pods: whoever was told so is refused without asking again. */
  let known: Autoscaler | null = null;
  const scaler = async () => scalerOf(await cluster.autoscalers(), address.deployments);

  const divider: Divider = {
    names: address.deployments,
    stepPercent: 100 / address.replicas,
    frontDoor: address.url ?? null,
    // One is enough to see whether it comes up: more follow with its share.
    replicas: 1,
    async capabilities() {
      known = await scaler();
      return capabilitiesOf(address.replicas, known);
    },
    insist() {
      if (known !== null) throw unsupported(sayScaled(known));
    },
    read: (slots) => serviceTraffic(cluster, address.service, slots),
    shelter: (slots, traffic, idle) => shelter(cluster, address.service, slots, traffic, idle),
    byHand: (slot) => giveBack(address, slot, address.replicas, selecting(address.service, slot)),
    async divide(slots, percents) {
      known = await scaler();
      divider.insist?.();
      for (const [index, slot] of slots.entries()) {
        const pods = Math.round(((percents[index] ?? 0) * address.replicas) / 100);
        // Whoever gets nothing keeps its pods: it is the way back until it is taken away.
        if (pods > 0) await scale(slot, pods);
      }
      await pointTo(cluster, address.service, labelsFor(slots, percents));
    },
  };
  return slotSite(address, divider, place);
}

/** One of them, both by what they have in common, or nobody. */
function labelsFor(slots: Slots, percents: readonly [number, number]): Labels {
  const [one, other] = slots.filter((_, index) => (percents[index] ?? 0) > 0);
  if (one === undefined) return nobodysLabels;
  return other === undefined ? labelsOf(one) : commonLabels(slots);
}

function scalerOf(autoscalers: readonly Autoscaler[], names: readonly string[]): Autoscaler | null {
  const isOurs = ({ spec }: Autoscaler) =>
    spec.scaleTargetRef.kind === 'Deployment' && names.includes(spec.scaleTargetRef.name);
  return autoscalers.find(isOurs) ?? null;
}

function sayScaled({ metadata, spec }: Autoscaler): string {
  return `The HorizontalPodAutoscaler ${metadata.name} decides how many pods ${spec.scaleTargetRef.name} has, so they cannot say who gets how much; use mode gateway, or take the autoscaler away.`;
}

function capabilitiesOf(pods: number, scaler: Autoscaler | null): Capabilities {
  return {
    ...common,
    staged: { can: true, how: {}, caveats: ['one pod more runs while the new version has no traffic'] },
    traffic:
      scaler === null
        ? {
            can: true,
            how: { kind: 'weights', stepPercent: 100 / pods, settleMs: 30_000 },
            caveats: [
              `shares are whole pods of ${pods}, and connections are divided among them: busy connections weigh more`,
              'connections that are already open stay where they are',
              'pods that are added for a share take traffic when they are ready; until then fewer pods carry all of it',
            ],
          }
        : { can: false, why: 'not-configured', say: sayScaled(scaler) },
    rollback: {
      can: true,
      how: {
        kind: 'reapply',
        how: 'scale the Deployment before up again and let the Service select nothing else',
        horizon: 'as long as the registry keeps the image of the version before',
        leaves,
      },
      caveats: [],
    },
  };
}
