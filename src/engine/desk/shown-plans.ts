import type { Plan } from '../../core/plan.ts';

/** So many plans that were shown are remembered, newest last; each is small, and most are pressed within minutes. */
const PLANS_MAX = 200;

/**
 * Plans as they were shown, by the letters of their hash that a button carries. Of this process alone, because nothing is
 * decided by them: what is approved is the hash, which whoever receives the button draws anew. Elsewhere, or after a restart,
 * a plan that has changed is refused all the same, without the words of what is different.
 */
export type ShownPlans = {
  keep(hash: string, plan: Plan): void;
  find(hash: string): Plan | null;
};

export function openShownPlans(): ShownPlans {
  const plans = new Map<string, Plan>();
  return {
    keep(hash, plan) {
      plans.delete(hash);
      plans.set(hash, plan);
      for (const oldest of plans.keys()) {
        if (plans.size <= PLANS_MAX) break;
        plans.delete(oldest);
      }
    },
    find: (hash) => plans.get(hash) ?? null,
  };
}
