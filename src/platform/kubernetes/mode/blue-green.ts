import type { Capabilities } from '../../../core/capability.ts';
import type { Site } from '../../platform.ts';
import type { AddressOf } from '../address.ts';
import { giveBack, selecting } from '../by-hand.ts';
import { common, leaves } from '../common-capabilities.ts';
import type { Place } from '../place.ts';
import { labelsOf } from '../selector.ts';
import { nobodysLabels, pointTo, shelter } from '../service-selector.ts';
import { serviceTraffic } from '../service-traffic.ts';
import { type Divider, slotSite } from '../slot-site.ts';

/** Two Deployments behind one Service, whose selector points to one of them. */
export function blueGreenSite(address: AddressOf<'blue-green'>, place: Place): Site {
  const { cluster } = place;
  const divider: Divider = {
    names: address.deployments,
    stepPercent: 100,
    frontDoor: address.url ?? null,
    replicas: address.replicas,
    capabilities: async () => capabilities,
    read: (slots) => serviceTraffic(cluster, address.service, slots),
    shelter: (slots, traffic, idle) => shelter(cluster, address.service, slots, traffic, idle),
    byHand: (slot) => giveBack(address, slot, address.replicas, selecting(address.service, slot)),
    async divide(slots, percents) {
      const chosen = slots.find((_, index) => percents[index] === 100);
      await pointTo(cluster, address.service, chosen === undefined ? nobodysLabels : labelsOf(chosen));
    },
  };
  return slotSite(address, divider, place);
}

const capabilities: Capabilities = {
  ...common,
  staged: { can: true, how: {}, caveats: ['twice as many pods run until the old ones are taken away'] },
  traffic: {
    can: true,
    how: { kind: 'flip', isAtomic: false, settleMs: 5_000 },
    caveats: [
      'connections that are already open stay with the old pods until they end',
      'the nodes learn of the switch one after the other, within seconds',
    ],
  },
  rollback: {
    can: true,
    how: {
      kind: 'pointer',
      how: 'point the Service back to the Deployment before, while it is still up; afterwards start its image again there',
      horizon: 'at once until the old pods are taken away, and later as long as the registry keeps the image',
      leaves,
    },
    caveats: [],
  },
};
