import type { Deployment } from './deployment.ts';
import { sayLight } from './migration.ts';
import type { Plan, PlannedTarget, Step } from './plan.ts';
import { contract } from './strategy/contract.ts';
import { duration } from './text.ts';

/** `api v2 → staging`, `api v1 → staging (rollback)`. */
export function titleOf({ plan }: Deployment): string {
  return `${whatOf(plan)} → ${plan.environment}${kindOf(plan)}`;
}

function kindOf({ purpose, strategy }: Plan): string {
  if (purpose === 'roll-back') return ' (rollback)';
  return strategy === contract.id ? ' (database)' : '';
}

/** `api v2`, `shop v2`; every service by itself where a product's services get different versions. */
export function whatOf({ targets, product }: Pick<Plan, 'targets' | 'product'>): string {
  const names = new Set(targets.map(({ version }) => version.name));
  if (product !== undefined && names.size === 1) return `${product} ${[...names].join('')}`;
  return targets.map(({ service, version }) => `${service} ${version.name}`).join(', ');
}

/** `Give v2 50 % of the traffic`. */
export function taskTitle(step: Step, target: PlannedTarget | undefined): string {
  const name = `${target?.service} ${target?.version.name}`;
  switch (step.kind) {
    case 'check':
      return `Check: ${step.gate.replaceAll('-', ' ')}`;
    case 'release':
      return `Start ${name}`;
    case 'replace':
      return target?.before == null ? `Deploy ${name}` : `Deploy ${name} over ${target.before.version.name}`;
    case 'route':
      return `Give ${name} ${step.trafficPercent} % of the traffic`;
    case 'flag':
      return `Turn ${step.key} on for ${step.rolloutPercent} %`;
    case 'observe':
      return `Watch ${name} for ${duration(step.durationMs)}`;
    case 'ask':
      return step.question;
    case 'keep':
      return `Keep ${target?.service} ${target?.before?.version.name} ready for ${duration(step.durationMs)}`;
    case 'retire':
      return `Take ${target?.service} ${target?.before?.version.name} away`;
    case 'protect':
      return `Mark a moment to put the database of ${target?.service} back to`;
    case 'migrate':
      return migrateTitle(step, target);
    case 'verify-data':
      return `Ask the database of ${target?.service} whether anything is wrong`;
  }
}

function migrateTitle(
  { phase, migrations }: Extract<Step, { kind: 'migrate' }>,
  target: PlannedTarget | undefined,
): string {
  const count = `${migrations.length} migration${migrations.length === 1 ? '' : 's'}`;
  const whose =
    phase === 'expand'
      ? `that ${target?.service} ${target?.version.name} needs`
      : `that older versions of ${target?.service} mind`;
  const light = target?.migrations === undefined ? '' : `: ${sayLight(target.migrations.light)}`;
  return `Run ${count} ${whose}${light}`;
}
