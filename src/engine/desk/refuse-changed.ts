import type { Plan } from '../../core/plan.ts';
import { planChanges } from '../../core/plan-parts.ts';
import { type Offer, type Refusal, refuse } from '../../core/refusal.ts';
import type { Visiting } from './visitor.ts';

/** As many changes as people read in a refusal; the plan that is offered next shows all of it. */
const CHANGES_MAX = 5;

/** The plan is another one by now: it says what is different, where this process has shown the earlier one. */
export function refuseChanged({ shown }: Visiting, hash: string, plan: Plan, again: Offer): Refusal {
  const before = shown?.find(hash) ?? null;
  const changes = before === null ? [] : planChanges(before, plan);
  const more = changes.length - CHANGES_MAX;
  const told = [...changes.slice(0, CHANGES_MAX), ...(more > 0 ? [`${more} more`] : [])].join('; ');
  return refuse(
    'plan-changed',
    [
      'What would be done is no longer what you were shown. Nothing was changed.',
      told === '' ? '' : ` What is different: ${told}.`,
    ],
    { next: ['Look at it again.'], offers: [again] },
  );
}
