import { answer, type Part, type Reply } from '../../core/answer.ts';
import type { DeployOrder } from '../../core/desk.ts';
import type { Plan } from '../../core/plan.ts';
import { planParts } from '../../core/plan-parts.ts';
import { contract } from '../../core/strategy/contract.ts';
import { typedOrder } from './typed-order.ts';

/**
 * What would be done, before anybody is asked. Nothing is changed by looking; the button carries this very plan. `notes`
 * are said beside it and are no part of it.
 */
export function previewOrder(order: DeployOrder, plan: Plan, hash: string, notes: readonly Part[]): Reply {
  const { to, what } = wordsOf(order, plan);
  const unchanged: Part = { kind: 'note', text: ['Nothing has been changed yet.'] };
  const parts: Part[] = [...planParts(plan, hash), ...notes, unchanged];
  return answer(`This would take ${what}. Nothing has been changed yet.`, parts, {
    title: titleOf(order, to).slice(0, 150),
    offers: [
      {
        ...typedOrder(order, { ref: to, plan: hash }, label(plan, order)),
        ...(plan.breakGlass === undefined && plan.waived === undefined ? {} : { isDangerous: true }),
        confirm: { title: `${label(plan, order)}?`, text: `${what}, plan ${hash}.` },
      },
    ],
  });
}

function titleOf({ service, environment, strategy }: DeployOrder, to: string): string {
  return strategy === contract.id
    ? `Contract the database of ${service} in ${environment}?`
    : `Deploy ${service} ${to} to ${environment}?`;
}

function wordsOf(order: DeployOrder, { targets, product }: Plan): { to: string; what: string } {
  const { service, environment, ref } = order;
  const [target] = targets;
  const from = target?.before?.version.name ?? 'nothing';
  const to = target?.version.name ?? '';
  if (order.strategy === contract.id) {
    const count = targets.flatMap(({ migrations }) => migrations?.pending ?? []).length;
    return {
      to,
      what: `from the database of ${service} in ${environment} what only older versions need (${count} migration${count === 1 ? '' : 's'})`,
    };
  }
  if (product === undefined) return { to, what: `${service} in ${environment} from ${from} to ${to}` };
  const each = targets.map((one) => `${one.service} from ${one.before?.version.name ?? 'nothing'}`);
  return { to: ref ?? to, what: `${product} in ${environment} to ${ref ?? to}: ${each.join(', ')}` };
}

function gatesOf(waived: NonNullable<Plan['waived']>): string {
  const gates = [...new Set(waived.map(({ gate }) => gate))];
  return gates.length === 1 ? gates.join('') : `${gates.length} gates`;
}

function label(plan: Plan, order: DeployOrder): string {
  if (plan.breakGlass !== undefined) return 'Break the glass and deploy';
  if (plan.strategy === contract.id && plan.approval === undefined) return 'Run them';
  if (plan.approval !== undefined) return 'Request approval';
  const verb = order.atMs === null ? 'Deploy' : 'Schedule';
  return plan.waived === undefined ? verb : `${verb} without asking ${gatesOf(plan.waived)}`;
}
