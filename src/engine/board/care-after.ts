import { type Care, careIdOfDeployment, type Urgent, urgencies } from '../../core/care.ts';
import type { Deployment } from '../../core/deployment.ts';
import type { Plan } from '../../core/plan.ts';
import type { Scope } from '../../core/scope.ts';
import { isUndecided } from '../../core/spared.ts';
import { titleOf } from '../../core/titles.ts';
import type { Put } from '../../store/store.ts';
import type { EngineParts } from '../parts.ts';
import { bySource, ended, findCare, newCare, nextCare } from './care.ts';

/**
 * What is written about the alert of a deployment in the transaction of what it tells: put up when it alarms, graver
 * when a person is needed after all, over when it has come to a good end.
 */
export async function careAfter(
  parts: EngineParts,
  deploymentId: string,
  after: Deployment,
  isAlarm: boolean,
  nowMs: number,
): Promise<Put[]> {
  const isGood = after.outcome === 'deployed' || after.outcome === 'stopped';
  if (!isAlarm && !isGood) return [];
  const id = careIdOfDeployment(deploymentId);
  const found = await findCare(parts, id);
  if (isGood) return found?.care.over === null ? [ended(parts, found, bySource, nowMs)] : [];
  const urgency = urgencyFor(parts, after);
  const undecided = isUndecided(after) ? { sinceMs: nowMs, reminders: 0 } : null;
  if (found === null) {
    const { environment } = after.plan;
    const of = { kind: 'deployment', deploymentId, environment } as const;
    const what = titleOf(after);
    return [newCare(parts, id, { of, what, scope: scopeOf(after.plan), urgency, sinceMs: nowMs, undecided })];
  }
  const { sheet, care } = found;
  if (care.over === null && care.undecided === null && undecided !== null) {
    return [nextCare(parts, sheet, { ...care, undecided }, { key: `undecided/${sheet.version}` })];
  }
  if (care.over !== null || urgencies.indexOf(care.urgency) <= urgencies.indexOf(urgency)) return [];
  // It is as new as what makes it grave.
  const graver: Care = { ...care, urgency, sinceMs: nowMs, escalated: null };
  return [nextCare(parts, sheet, graver, { key: `graver/${sheet.version}` })];
}

function scopeOf({ environment, targets }: Plan): Scope {
  const [first, ...others] = targets;
  return { service: first === undefined || others.length > 0 ? null : first.service, environment };
}

/** What only a person can end comes first; what takes itself back can wait a little, in a protected place less. */
function urgencyFor({ catalog }: EngineParts, { outcome, plan }: Deployment): Urgent {
  if (outcome === 'needs-human') return 'critical';
  const place = catalog().environments.find(({ name }) => name === plan.environment);
  return place?.isProtected === false ? 'medium' : 'high';
}
