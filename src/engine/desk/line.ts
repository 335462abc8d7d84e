import type { Reply } from '../../core/answer.ts';
import type { DeployOrder } from '../../core/desk.ts';
import type { Order } from '../../core/order.ts';
import type { Plan } from '../../core/plan.ts';
import { type Offer, type Refusal, refuse } from '../../core/refusal.ts';
import { code } from '../../core/text.ts';
import { begin, refuseNotInLine } from './begin.ts';
import { findDeployment } from './find-deployment.ts';
import { typedOrder } from './typed-order.ts';
import type { Visiting } from './visitor.ts';

type Waiting = {
  readonly asked: Order;
  readonly plan: Plan;
  /** Why the place is taken; null where only others wait for it. */
  readonly taken: Refusal | null;
  readonly line: readonly string[];
};

/** Nobody is put in line who did not ask for it: an order must never start by surprise. */
export async function joinLine(
  visiting: Visiting,
  order: DeployOrder,
  { asked, plan, taken, line }: Waiting,
): Promise<Reply> {
  const mine = await olderOf(visiting, line);
  if (order.replaces !== null) {
    if (!mine.includes(order.replaces)) return refuseNotInLine(order.replaces);
    return replace(visiting, order.replaces, asked, plan);
  }
  if (order.queue) return begin(visiting, plan, { order: asked, waits: { untilMs: null } });
  const offers = [
    typedOrder(order, { queue: true }, `Join the line${line.length === 0 ? '' : ` (${line.length} before)`}`),
    ...mine.slice(0, 2).map((id): Offer => typedOrder(order, { replaces: id }, `Replace my ${id}`)),
  ];
  if (taken !== null) return { ...taken, offers: [...(taken.offers ?? []), ...offers] };
  return refuse('target-busy', [`${line.length} in line already: `, code(line.join(', ')), '.'], { offers });
}

/** The orders in line that this very person has placed. */
async function olderOf({ parts, visitor }: Visiting, line: readonly string[]): Promise<string[]> {
  const found = await Promise.all(line.map((id) => parts.store.journal.find(id)));
  return found.flatMap((summary) =>
    summary !== null && summary.requestedBy === visitor.actor.id ? [summary.deploymentId] : [],
  );
}

/** The newer order stands where the older one stood, and that one is stopped: both at once, or neither. */
async function replace(visiting: Visiting, replaced: string, order: Order, plan: Plan): Promise<Reply> {
  const older = await findDeployment(visiting, replaced, 'stop');
  if (older.kind === 'refusal') return older;
  const { people, plan: stood } = older.deployment;
  // Who wants more than that one goes to the end, and stands behind nobody until it has a place there.
  const isCovered = plan.targets.every(({ id }) => stood.targets.some((each) => each.id === id));
  const behind = isCovered ? people.behind : null;
  return begin(visiting, plan, {
    order,
    waits: { untilMs: null, ...(behind === null ? {} : { behind }) },
    replaces: { deploymentId: replaced, why: `replaced by ${order.service} ${order.version.name}`.trim() },
  });
}
