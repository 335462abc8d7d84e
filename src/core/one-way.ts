import { worstLight } from './migration.ts';
import type { Plan, PlannedTarget } from './plan.ts';
import type { StepState } from './step-state.ts';

/**
 * Why the version before does not get its traffic back by itself, in one sentence without a full stop; null where it
 * does. It is known not to work with what the deployment has made of the database, so that going back may be worse than
 * staying: that is for a person to say. Before the new version has had any traffic there is nothing to give back.
 */
export function whyOneWay(
  { targets, steps }: Plan,
  states: ReadonlyMap<string, StepState>,
  targetId: string,
): string | null {
  const target = targets.find(({ id }) => id === targetId);
  const planned = target?.migrations;
  if (target === undefined || planned === undefined || planned.phase !== 'expand') return null;
  if (target.before === null) return null;
  const breaking = planned.pending.filter(({ light }) => light === 'needs-forward-fix');
  const hasHadTraffic = steps.some(
    ({ id, kind, target: at }) =>
      at === targetId &&
      (kind === 'route' || kind === 'replace') &&
      (states.get(id)?.status ?? 'waiting') !== 'waiting',
  );
  return breaking.length > 0 && hasHadTraffic ? sayOneWay(target) : null;
}

/** `v1 does not work with what 0007_drop has made of the database` */
export function sayOneWay({ before, migrations }: PlannedTarget): string {
  const { pending = [] } = migrations ?? {};
  const light = worstLight(pending.map((each) => each.light));
  const names = pending.filter((each) => each.light === light).map(({ id }) => id);
  const does = light === 'needs-forward-fix' ? 'does not work' : 'may not work';
  return `${before?.version.name} ${does} with what ${names.join(', ')} has made of the database`;
}
