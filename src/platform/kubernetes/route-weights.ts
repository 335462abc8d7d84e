import type { Patch } from './patches.ts';
import { isReady, podsOf } from './pods.ts';
import { rejected } from './refusals.ts';
import type { HttpRoute } from './schema.ts';
import type { Slots, Traffic } from './slots.ts';
import { oneLine } from './words.ts';

type Services = readonly [string, string];
type Rule = NonNullable<HttpRoute['spec']['rules']>[number];
type BackendRef = NonNullable<Rule['backendRefs']>[number];

const NEEDED = ['Accepted', 'ResolvedRefs'] as const;

/** Whether every gateway has said yes or no to the route as it is now, and not to an earlier one. */
export function isSettled({ metadata, status }: HttpRoute): boolean {
  const parents = status?.parents ?? [];
  return (
    parents.length > 0 &&
    parents.every(({ conditions = [] }) =>
      NEEDED.every((type) => {
        const condition = conditions.find((each) => each.type === type);
        return condition !== undefined && (condition.observedGeneration ?? 0) >= metadata.generation;
      }),
    )
  );
}

/** Why the gateway serves nobody by this route; null when it does. Any other word than True is no yes. */
export function refusalOf({ status }: HttpRoute): string | null {
  const conditions = (status?.parents ?? []).flatMap((parent) => parent.conditions ?? []);
  const no = conditions.find(
    ({ type, status: word }) => NEEDED.some((each) => each === type) && word !== 'True',
  );
  if (no === undefined) return null;
  return oneLine(`the gateway says ${no.type} ${no.status}: ${no.reason ?? ''} ${no.message ?? ''}`);
}

/**
 * The shares that the weights of a settled route make. Rules that divide differently have no one share, and a route that
 * its gateway refuses serves nobody: both are 0 for everybody, with the reason.
 */
export function routeTraffic(route: HttpRoute, services: Services, slots: Slots): Traffic {
  const refusal = refusalOf(route);
  if (refusal !== null) return nobody(refusal);
  const rules = rulesOf(route, services);
  if (rules.length === 0) return nobody(`no rule of the HTTPRoute names ${services.join(' or ')}`);
  const divisions = rules.map((rule) => divisionOf(rule, services));
  const [division = [0, 0, 0]] = divisions;
  if (divisions.some((each) => each.join() !== division.join())) {
    return nobody('the rules of the HTTPRoute divide the traffic differently');
  }
  const shares = new Map(slots.flatMap((slot, index) => armShares(slot, division[index] ?? 0)));
  return {
    percentOf: (releaseId) => shares.get(releaseId) ?? 0,
    elsewherePercent: division[2],
    trouble: null,
  };
}

/** A Service divides its share among whatever is ready in it; a Deployment that changes in place has pods of two releases. */
function armShares({ generations, pods }: Slots[number], percent: number): [string, number][] {
  const ready = generations.map(({ replicaSet }) => podsOf(replicaSet, pods).filter(isReady).length);
  const total = ready.reduce((sum, amount) => sum + amount, 0);
  return generations.map(({ releaseId, isWanted }, index) => [
    releaseId,
    total === 0 ? (isWanted ? percent : 0) : (percent * (ready[index] ?? 0)) / total,
  ]);
}

/** Percents of the first, of the second, and of everything else. Left out, a weight is 1 (Gateway API). */
function divisionOf({ backendRefs = [] }: Rule, services: Services): [number, number, number] {
  const sums: [number, number, number] = [0, 0, 0];
  for (const ref of backendRefs) {
    const at = isService(ref) ? services.indexOf(ref.name) : -1;
    sums[at === -1 ? 2 : at] = (sums[at === -1 ? 2 : at] ?? 0) + (ref.weight ?? 1);
  }
  const total = sums[0] + sums[1] + sums[2];
  return total === 0
    ? [0, 0, 0]
    : [(sums[0] * 100) / total, (sums[1] * 100) / total, (sums[2] * 100) / total];
}

/**
 * All the rules again with other weights: a merge patch replaces lists whole, and custom resources know no other merge.
 * Null when the weights are already these. @throws {Failed} `rejected` for a rule that names only one of the two
 */
export function weightsPatch(
  route: HttpRoute,
  services: Services,
  percents: readonly [number, number],
): Patch | null {
  const ours = new Set(rulesOf(route, services));
  if (ours.size === 0) {
    throw rejected(
      `no rule of the HTTPRoute ${route.metadata.name} names ${services.join(' or ')}: add both as backendRefs`,
    );
  }
  const rules = (route.spec.rules ?? []).map((rule) =>
    ours.has(rule) ? weighed(rule, services, percents) : rule,
  );
  if (JSON.stringify(rules) === JSON.stringify(route.spec.rules)) return null;
  return {
    type: 'application/merge-patch+json',
    body: { metadata: { resourceVersion: route.metadata.resourceVersion }, spec: { rules } },
  };
}

function weighed(rule: Rule, services: Services, percents: readonly [number, number]): Rule {
  const refs = rule.backendRefs ?? [];
  const missing = services.find((service) => !refs.some((ref) => isService(ref) && ref.name === service));
  if (missing !== undefined) {
    throw rejected(`a rule of the HTTPRoute does not name ${missing}: add it as a backendRef with weight 0`);
  }
  const backendRefs = refs.map((ref) => {
    const at = isService(ref) ? services.indexOf(ref.name) : -1;
    return at === -1 ? ref : { ...ref, weight: percents[at] ?? 0 };
  });
  return { ...rule, backendRefs };
}

function rulesOf({ spec }: HttpRoute, services: Services): Rule[] {
  return (spec.rules ?? []).filter(({ backendRefs = [] }) =>
    backendRefs.some((ref) => isService(ref) && services.includes(ref.name)),
  );
}

function isService({ kind = 'Service' }: BackendRef): boolean {
  return kind === 'Service';
}

function nobody(trouble: string): Traffic {
  return { percentOf: () => 0, elsewherePercent: 0, trouble };
}
