import type { Deployment } from './deployment.ts';
import type { Plan, PlannedTarget, Step } from './plan.ts';
import { duration } from './text.ts';

/** `api v2 → staging`, `api v1 → staging (rollback)`. */
export function titleOf({ plan }: Deployment): string {
  return `${whatOf(plan)} → ${plan.environment}${plan.purpose === 'roll-back' ? ' (rollback)' : ''}`;
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
  }
}
