import type { ConfiguredGate } from '../core/catalog.ts';
import type { Ground } from '../core/draw-plan.ts';
import type { Order } from '../core/order.ts';
import type { Plan } from '../core/plan.ts';
import { gateNamed } from '../gate/index.ts';
import type { Surveyed } from './desk/ground.ts';

/** Whether an order leaves a gate out; one that cannot be left out is asked whatever an order says. */
function isWaived({ waives }: Order, gate: string): boolean {
  return waives?.includes(gate) === true && gateNamed(gate)?.isWaivable !== false;
}

/** What a plan says of the gates that its order leaves out; nothing where it leaves out none. */
export function waivedTerms(
  order: Order,
  surveyed: readonly Pick<Surveyed, 'place'>[],
): Pick<Plan, 'waived'> {
  const waived = surveyed.flatMap(({ place }) => {
    const gates = new Set(place.target.gates.map(({ gate }) => gate));
    return [...gates]
      .filter((gate) => isWaived(order, gate))
      .map((gate) => ({ gate, target: place.id, by: order.requestedBy, why: order.why ?? '' }));
  });
  return waived.length === 0 ? {} : { waived };
}

/** The same target without the gates that are left out. */
export function withoutWaived(ground: Ground, order: Order): Ground {
  const isAsked = ({ gate }: ConfiguredGate) => !isWaived(order, gate);
  return {
    ...ground,
    gatesBefore: ground.gatesBefore.filter(isAsked),
    gatesAfter: ground.gatesAfter.filter(isAsked),
  };
}
