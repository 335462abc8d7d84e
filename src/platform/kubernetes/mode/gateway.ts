import type { Capabilities } from '../../../core/capability.ts';
import { Failed } from '../../../core/failure.ts';
import type { Site } from '../../platform.ts';
import type { AddressOf } from '../address.ts';
import { giveBack, weighing } from '../by-hand.ts';
import { common, leaves } from '../common-capabilities.ts';
import type { Place } from '../place.ts';
import { isSettled, routeTraffic, weightsPatch } from '../route-weights.ts';
import type { HttpRoute } from '../schema.ts';
import { type Divider, slotSite } from '../slot-site.ts';
import { nameOf } from '../slots.ts';

const WAIT_MS = 500;
const LOOKS_MAX = 10;

/** Two Deployments, each with its Service, between which an HTTPRoute divides every request by weight. */
export function gatewaySite(address: AddressOf<'gateway'>, place: Place): Site {
  const { cluster } = place;
  const [one, other] = address.arms;
  const services = [one.service, other.service] as const;
  /** As it was seen last: what a person would have to change in it is told by that. */
  let known: HttpRoute | null = null;
  const divider: Divider = {
    names: [one.deployment, other.deployment],
    stepPercent: 1,
    frontDoor: address.url ?? null,
    replicas: address.replicas,
    capabilities: async () => capabilities,
    async read(slots) {
      known = await settledRoute(address.route, place);
      return routeTraffic(known, services, slots);
    },
    byHand(slot) {
      const arm = address.arms.find(({ deployment }) => deployment === nameOf(slot));
      if (known === null || arm === undefined) return null;
      const give = weighing(address.route, known, services, arm.service);
      return give === null ? null : giveBack(address, slot, address.replicas, give);
    },
    async divide(_slots, percents) {
      const route = await cluster.httpRoute(address.route);
      const patch = weightsPatch(route, services, percents);
      if (patch !== null) await cluster.patchHttpRoute(address.route, patch);
    },
  };
  return slotSite(address, divider, place);
}

/**
 * The route once its gateways have said something of it as it is now: until then nobody knows which weights are in force,
 * the old ones or these. @throws {Failed} `unavailable` when they say nothing
 */
async function settledRoute(name: string, { cluster, clock }: Place): Promise<HttpRoute> {
  for (let look = 0; look < LOOKS_MAX; look++) {
    if (look > 0) await clock.sleep(WAIT_MS);
    const route = await cluster.httpRoute(name);
    if (isSettled(route)) return route;
  }
  const seconds = (WAIT_MS * LOOKS_MAX) / 1_000;
  throw new Failed({
    code: 'unavailable',
    message: `no gateway has said within ${seconds} s that it has taken the HTTPRoute ${name} as it is now`,
    retryAfterMs: 5_000,
  });
}

const capabilities: Capabilities = {
  ...common,
  staged: { can: true, how: {}, caveats: ['twice as many pods run until the old ones are taken away'] },
  traffic: {
    can: true,
    how: { kind: 'weights', stepPercent: 1, settleMs: 5_000 },
    caveats: ['requests are shared out one by one: somebody who comes back may get the other version'],
  },
  rollback: {
    can: true,
    how: {
      kind: 'pointer',
      how: 'give the weight back to the Service before, while its pods are still up; afterwards start its image again there',
      horizon: 'at once until the old pods are taken away, and later as long as the registry keeps the image',
      leaves,
    },
    caveats: [],
  },
};
