import { answer, type Part, type Reply } from '../../core/answer.ts';
import type { RollBackOrder } from '../../core/desk.ts';
import { isOneWayDoor, sayLight } from '../../core/migration.ts';
import { migrationFacts } from '../../core/migration-words.ts';
import type { Plan, PlannedTarget } from '../../core/plan.ts';
import type { Offer } from '../../core/refusal.ts';
import { code, strong, time } from '../../core/text.ts';
import { taskTitle } from '../../core/titles.ts';
import type { History } from './history.ts';

/** What would be put back at every place, before anything is. */
export function previewRollBack(
  order: RollBackOrder,
  plan: Plan,
  hash: string,
  histories: ReadonlyMap<string, History>,
): Reply {
  const names = new Set(plan.targets.map(({ version }) => version.name));
  const to = names.size === 1 ? [...names].join('') : 'what ran before';
  const froms = new Set(plan.targets.map(({ before }) => before?.version.name ?? 'nothing'));
  const from = [...froms].join(' and ');
  const parts: Part[] = [
    ...plan.targets.flatMap((target) => partsOf(plan, target, histories.get(target.id) ?? [])),
    { kind: 'facts', facts: [{ name: 'Plan', value: [code(hash)] }] },
  ];
  const unsafe = plan.targets.find(({ migrations }) => isOneWayDoor(migrations));
  if (unsafe !== undefined && !isInsisted(order)) return previewOneWay(order, unsafe, parts);
  const button: Offer = {
    ...typedRollBack(
      { ...order, to: names.size === 1 ? to : order.to, plan: hash },
      `Roll back ${order.service} to ${to}`,
    ),
    isDangerous: true,
    confirm: {
      title: `Roll back ${order.service}?`,
      text: `${order.service} in ${order.environment} goes from ${from} back to ${to}.`,
    },
  };
  const sentence = `This would roll back ${order.service} in ${order.environment} from ${from} to ${to}. Nothing has been changed yet.`;
  return answer(sentence, [...parts, { kind: 'note', text: ['Nothing has been changed yet.'] }], {
    title: `Roll back ${order.service}?`,
    offers: [button],
  });
}

/** Whether somebody has said that it shall be done although the database may not let it, and why. */
export function isInsisted({ anyway, why }: RollBackOrder): boolean {
  return anyway === true && why !== null;
}

/** No button: whoever wants it all the same has to type that, with their reason. */
function previewOneWay(order: RollBackOrder, target: PlannedTarget, parts: readonly Part[]): Reply {
  const { migrations, version } = target;
  const light = migrations === undefined ? '' : `${sayLight(migrations.light)}: ${migrations.because}`;
  const typed = typedRollBack(
    { ...order, anyway: true, why: order.why ?? 'why', plan: null },
    'Roll back anyway',
  );
  const next = [
    'A forward fix is a new version that works with the database as it is. To roll back anyway, type ',
  ];
  return answer(
    `${order.service} in ${order.environment} would go back to ${version.name}: ${light}. Nothing has been changed.`,
    [...parts, { kind: 'note', text: [...next, code(`/deploy-rollback ${typed.text}`), '.'] }],
    { title: `Roll back ${order.service}?`, offers: [] },
  );
}

function partsOf(plan: Plan, target: PlannedTarget, history: History): Part[] {
  const to = target.version.name;
  const steps = plan.steps.filter((step) => step.target === target.id);
  const lastServed = history.find(({ version, outcome }) => version === to && outcome === 'deployed');
  return [
    {
      kind: 'text',
      text: [
        strong(
          `${target.service} in ${target.environment}: ${target.before?.version.name ?? 'nothing'} → ${to}`,
        ),
      ],
    },
    {
      kind: 'facts',
      facts: [
        { name: 'What is done', value: [steps.map((step) => taskTitle(step, target)).join(' → ')] },
        {
          name: `${to} was last deployed`,
          value:
            lastServed === undefined
              ? ['not by Slipway']
              : [time(lastServed.startedAtMs), ` (${lastServed.deploymentId})`],
        },
        ...migrationFacts(target.migrations),
        ...(target.kept === undefined ? [] : [{ name: 'How', value: [target.undo.how] }]),
        ...(target.caveats.length === 0 ? [] : [{ name: 'To know', value: [target.caveats.join('; ')] }]),
        { name: 'Would not come back', value: [target.undo.leaves.join('; ') || 'nothing that is known'] },
      ],
    },
  ];
}

/** The order as somebody would type it. */
export function typedRollBack(order: RollBackOrder, label: string): Offer {
  const words = [
    order.service,
    `--env ${order.environment}`,
    order.to === null ? null : `--to ${order.to}`,
    order.anyway === true ? '--anyway' : null,
    order.why === null ? null : `--reason "${order.why.replaceAll('"', "'")}"`,
    order.plan === null ? null : `--plan ${order.plan}`,
  ];
  return { label, command: 'deploy-rollback', text: words.filter((word) => word !== null).join(' ') };
}
