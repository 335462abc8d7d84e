import type { Capabilities } from '../../core/capability.ts';
import { Failed } from '../../core/failure.ts';
import type { ArmShare, Router, RouterArm } from '../router.ts';
import type { RouterAddress } from './address.ts';
import type { Alone } from './alone.ts';
import type { Balancer } from './balancer.ts';
import type { Action, Rule, TargetHealth } from './schema.ts';

/** A weight is a whole number from 0 to 999 (`TargetGroupTuple`), so that so many make one percent. */
const WEIGHT_PER_PERCENT = 5;
const STEP_PERCENT = 1 / WEIGHT_PER_PERCENT;
const SETTLE_MS = 5_000;

/** The target groups of one rule of an Application Load Balancer. `alone` lets nobody else in between. */
export function openRouter({ arms, url }: RouterAddress, balancer: Balancer, alone: Alone): Router {
  return {
    async capabilities() {
      return { traffic: trafficOf(await balancer.rule()), metrics };
    },
    async look() {
      const groups = groupsOf(forwardOf(await balancer.rule()));
      const total = groups.reduce((sum, { weight }) => sum + weight, 0);
      const percentOf = (weight: number) => (total === 0 ? 0 : rounded((100 * weight) / total));
      const seen = await Promise.all(
        Object.entries(arms).map(async ([arm, group]): Promise<RouterArm> => {
          const found = groups.find(({ arn }) => arn === group);
          const trafficPercent = percentOf(found?.weight ?? 0);
          return { arm, trafficPercent, isIn: found !== undefined, ...upOf(await balancer.healthOf(group)) };
        }),
      );
      const others = groups.filter(({ arn }) => !Object.values(arms).includes(arn));
      const elsewherePercent = rounded(others.reduce((sum, { weight }) => sum + percentOf(weight), 0));
      return { frontDoor: url ?? null, arms: seen, elsewherePercent };
    },
    async set(shares) {
      const weights = weightsOf(shares, arms);
      await alone(async () => {
        const rule = await balancer.rule();
        const changed = groupsOf(forwardOf(await balancer.modify(actionsWith(rule, weights, arms))));
        const missed = weights.find(
          ({ arn, weight }) => !changed.some((one) => one.arn === arn && one.weight === weight),
        );
        if (missed === undefined) return;
        const message =
          'the load balancer took the split and shows another one: somebody else changes it, too';
        throw new Failed({ code: 'outcome-unknown', message, retryAfterMs: 1_000 });
      });
    },
  };
}

const metrics: Capabilities['metrics'] = {
  can: false,
  why: 'platform',
  say: 'A load balancer counts by target group in CloudWatch, which is not read from here.',
};

function trafficOf(rule: Rule): Capabilities['traffic'] {
  if (rule.IsDefault === true) {
    const say =
      'This is the default rule of its listener, which takes no change of its own: give the service a rule.';
    return { can: false, why: 'not-configured', say };
  }
  const isSticky = forwardOf(rule).ForwardConfig?.TargetGroupStickinessConfig?.Enabled === true;
  return {
    can: true,
    how: { kind: 'weights', stepPercent: STEP_PERCENT, settleMs: SETTLE_MS },
    caveats: [
      'requests are shared out at random, so shares are about right over many of them',
      'a rule is read and written as a whole: nobody else should change it meanwhile',
      ...(isSticky ? ['the rule is sticky: who has been given to one target group stays there'] : []),
    ],
  };
}

type Weighed = { readonly arn: string; readonly weight: number };

/** @throws {Failed} `misunderstood` where the rule does anything but forward */
function forwardOf({ Actions }: Rule): Action {
  const forward = Actions.find(({ Type }) => Type === 'forward');
  if (forward !== undefined) return forward;
  const does = Actions.map(({ Type }) => Type.slice(0, 40)).join(', ');
  const message = `the rule forwards to nobody: it does ${does}`;
  throw new Failed({ code: 'misunderstood', message, retryAfterMs: null });
}

/** One target group alone has all of it, and may be told without a weight. */
function groupsOf({ ForwardConfig, TargetGroupArn }: Action): readonly Weighed[] {
  const groups = ForwardConfig?.TargetGroups ?? [];
  if (groups.length > 0)
    return groups.map((each) => ({ arn: each.TargetGroupArn, weight: each.Weight ?? 1 }));
  return TargetGroupArn === undefined ? [] : [{ arn: TargetGroupArn, weight: 1 }];
}

/** @throws {Failed} `rejected` for shares that cannot be given, before anything is sent */
function weightsOf(shares: readonly ArmShare[], arms: RouterAddress['arms']): readonly Weighed[] {
  const refuse = (message: string) => new Failed({ code: 'rejected', message, retryAfterMs: null });
  if (shares.length === 0) throw refuse('a rule always forwards to somebody: name an arm, also with nothing');
  if (new Set(shares.map(({ arm }) => arm)).size < shares.length)
    throw refuse('the shares name an arm twice');
  const sum = shares.reduce((total, { trafficPercent }) => total + trafficPercent, 0);
  if (Math.abs(sum - 100) > 0.1 && sum !== 0) throw refuse(`the shares add up to ${sum}, not to 100`);
  return shares.map(({ arm, trafficPercent }) => {
    const arn = Object.hasOwn(arms, arm) ? arms[arm] : undefined;
    if (arn === undefined) throw refuse(`the rule has no arm ${arm}`);
    if (!(trafficPercent >= 0)) throw refuse('shares cannot be less than nothing');
    const weight = Math.round(trafficPercent * WEIGHT_PER_PERCENT);
    return { arn, weight: trafficPercent > 0 ? Math.max(1, weight) : 0 };
  });
}

/** Everything that the rule does as it is, but for what our arms get. */
function actionsWith(rule: Rule, weights: readonly Weighed[], arms: RouterAddress['arms']): Action[] {
  const forward = forwardOf(rule);
  const ours = new Set(Object.values(arms));
  const others = groupsOf(forward).filter(({ arn }) => !ours.has(arn));
  const TargetGroups = [...weights, ...others].map(({ arn, weight }) => ({
    TargetGroupArn: arn,
    Weight: weight,
  }));
  return rule.Actions.map((action) => {
    if (action === forward) {
      const { TargetGroupArn: _, ...rest } = action;
      return { ...rest, ForwardConfig: { ...action.ForwardConfig, TargetGroups } };
    }
    return action.Type === 'authenticate-oidc' ? withItsSecret(action) : action;
  });
}

/** The secret of a log-in is never handed out, and is kept only where one says so (`AuthenticateOidcActionConfig`). */
function withItsSecret(action: Action): Action {
  const config = Object(action['AuthenticateOidcConfig']) as object;
  return { ...action, AuthenticateOidcConfig: { ...config, UseExistingClientSecret: true } };
}

/** States of `TargetHealthStateEnum`; one that nobody looks after, or that we do not know, is not known to be up. */
function upOf(targets: TargetHealth): Pick<RouterArm, 'isUp' | 'say'> {
  const states = targets.map(({ TargetHealth: health }) => health?.State ?? 'unknown');
  const count = new Map<string, number>();
  for (const state of states) count.set(state, (count.get(state) ?? 0) + 1);
  const say = [...count].map(([state, many]) => `${many} ${state.slice(0, 20)}`).join(', ');
  if (states.length === 0) return { isUp: false, say: 'no target is registered' };
  if (states.includes('healthy')) return { isUp: true, say };
  return { isUp: states.every((state) => down.has(state)) ? false : null, say };
}

const down = new Set(['initial', 'unhealthy', 'unhealthy.draining', 'draining']);

function rounded(percent: number): number {
  return Math.round(percent * 100) / 100;
}
