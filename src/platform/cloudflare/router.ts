import type { Capabilities } from '../../core/capability.ts';
import { Failed } from '../../core/failure.ts';
import { path } from '../../http/path.ts';
import type { ArmShare, Router, RouterArm } from '../router.ts';
import type { RouterAddress } from './address.ts';
import type { Api } from './client.ts';
import { LoadBalancer, Pool, PoolHealth } from './schema.ts';

const capabilities: Pick<Capabilities, 'traffic' | 'metrics'> = {
  traffic: {
    can: true,
    how: { kind: 'weights', stepPercent: 1, settleMs: 10_000 },
    caveats: [
      'pools are chosen at random for each request, so shares are about right over many of them',
      'a load balancer that is not proxied answers with DNS names, which people keep for its ttl',
    ],
  },
  metrics: {
    can: false,
    why: 'plan',
    say: 'Cloudflare counts requests by pool only in the analytics of its larger plans: ask the services themselves.',
  },
};

/** The pools of one load balancer, chosen at random by weight (its `steering_policy` is `random`). */
export function openLoadBalancer(address: RouterAddress, account: string, api: Api): Router {
  const balancer = path`/zones/${address.zone}/load_balancers/${address.loadBalancer}`;
  const poolPath = (pool: string) => path`/accounts/${account}/load_balancers/pools/${pool}`;

  async function look() {
    const answer = await api.call({ method: 'GET', path: balancer }, LoadBalancer);
    const shares = sharesOf(answer, address.arms);
    const arms = await Promise.all(
      Object.entries(address.arms).map(async ([arm, pool]): Promise<RouterArm> => {
        const { enabled } = await api.call({ method: 'GET', path: poolPath(pool) }, Pool);
        const health = await api.call({ method: 'GET', path: `${poolPath(pool)}/health` }, PoolHealth);
        const isChosen = answer.default_pools.includes(pool);
        return { arm, trafficPercent: shares.arms[arm] ?? 0, isIn: isChosen, ...upOf(enabled, health) };
      }),
    );
    return { frontDoor: address.url ?? null, arms, elsewherePercent: shares.elsewherePercent };
  }

  return {
    capabilities: async () => capabilities,
    look,
    async set(shares) {
      const json = steeringOf(shares, address.arms);
      const asked = { method: 'PATCH', path: balancer, body: { json } } as const;
      await api.call(asked, LoadBalancer);
    },
  };
}

export type Shares = { readonly arms: Readonly<Record<string, number>>; readonly elsewherePercent: number };

/**
 * What each arm gets of it: its weight among the weights of all pools that it chooses from. @throws {Failed}
 * `misunderstood` where the weights do not decide: another policy, or rules and regions that come first.
 */
export function sharesOf(balancer: LoadBalancer, arms: Readonly<Record<string, string>>): Shares {
  const strange = whyWeightsDoNotDecide(balancer);
  if (strange !== null) {
    const message = `the shares of the load balancer cannot be told: ${strange}`;
    throw new Failed({ code: 'misunderstood', message, retryAfterMs: null });
  }
  const { default_pools, random_steering } = balancer;
  const fallback = random_steering?.default_weight ?? 1;
  const weightOf = (pool: string) =>
    default_pools.includes(pool) ? (random_steering?.pool_weights?.[pool] ?? fallback) : 0;
  const total = default_pools.reduce((sum, pool) => sum + weightOf(pool), 0);
  const percentOf = (pool: string) => (total === 0 ? 0 : rounded((100 * weightOf(pool)) / total));
  const ours = Object.fromEntries(Object.entries(arms).map(([arm, pool]) => [arm, percentOf(pool)]));
  const sum = Object.values(ours).reduce((all, percent) => all + percent, 0);
  const elsewherePercent = total === 0 ? 0 : Math.max(0, rounded(100 - sum));
  return { arms: ours, elsewherePercent };
}

function whyWeightsDoNotDecide(balancer: LoadBalancer): string | null {
  if (balancer.enabled === false) return 'it is switched off';
  if (balancer.steering_policy !== 'random') {
    return `its steering policy is "${String(balancer.steering_policy ?? '').slice(0, 40)}" and not "random"`;
  }
  const byPlace = [balancer.region_pools, balancer.country_pools, balancer.pop_pools];
  if (byPlace.some((pools) => Object.keys(pools ?? {}).length > 0))
    return 'some places have pools of their own';
  const hasRules = (balancer.rules ?? []).some(({ disabled }) => disabled !== true);
  return hasRules ? 'it has rules, which come before the weights' : null;
}

/**
 * The whole of what decides, in one call: the pools that it chooses from, which are the arms that are named, and what
 * each of them weighs. @throws {Failed} `rejected` for shares that cannot be, before anything is sent
 */
export function steeringOf(shares: readonly ArmShare[], arms: Readonly<Record<string, string>>) {
  const refuse = (message: string) => new Failed({ code: 'rejected', message, retryAfterMs: null });
  const strange = shares.find(({ arm }) => !Object.hasOwn(arms, arm));
  if (strange !== undefined) throw refuse(`the load balancer has no arm ${strange.arm}`);
  if (new Set(shares.map(({ arm }) => arm)).size < shares.length)
    throw refuse('the shares name an arm twice');
  if (shares.some(({ trafficPercent }) => !Number.isInteger(trafficPercent) || trafficPercent < 0)) {
    throw refuse('shares are whole percents');
  }
  const sum = shares.reduce((total, { trafficPercent }) => total + trafficPercent, 0);
  if (sum !== 100)
    throw refuse(`the shares add up to ${sum}, not to 100: a load balancer always sends somewhere`);
  const weights = shares.map(({ arm, trafficPercent }) => [arms[arm], trafficPercent / 100]);
  return {
    steering_policy: 'random',
    default_pools: shares.flatMap(({ arm }) => arms[arm] ?? []),
    random_steering: { default_weight: 0, pool_weights: Object.fromEntries(weights) },
  } as const;
}

/** A pool is up where every place that looked says so; nobody has looked where there is no monitor. */
function upOf(enabled: boolean | undefined, { pop_health }: PoolHealth): Pick<RouterArm, 'isUp' | 'say'> {
  if (enabled === false) return { isUp: false, say: 'the pool is switched off' };
  const seen = Object.entries(pop_health ?? {}).filter(([, { healthy }]) => healthy !== undefined);
  const bad = seen.filter(([, { healthy }]) => healthy === false).map(([place]) => place);
  if (seen.length === 0) return { isUp: null, say: 'no monitor looks at the pool' };
  return bad.length === 0
    ? { isUp: true, say: '' }
    : { isUp: false, say: `unhealthy as seen from ${bad.join(', ').slice(0, 80)}` };
}

function rounded(percent: number): number {
  return Math.round(percent * 100) / 100;
}
