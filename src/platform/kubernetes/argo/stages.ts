import type { Rollout, RolloutStep } from './rollout.ts';

/** What the steps of a Rollout allow us to do, read from the Rollout itself. */
export type Stages = {
  /** Shares at which the controller waits for somebody, rising, below 100. */
  readonly percents: readonly number[];
  /** Why a version cannot be brought up without traffic and moved on by us; null when it can. */
  readonly whyNot: string | null;
  /** Whether it stops somewhere until a person or we say so. */
  readonly waits: boolean;
};

/** `pause: {}` waits for ever; with a duration the controller goes on by itself. */
function isWaiting({ pause }: RolloutStep): boolean {
  return pause !== undefined && pause.duration === undefined;
}

/**
 * We can lead a Rollout only where it stands still at each share until it is told to go on, and begins with pods that
 * have no traffic: setCanaryScale, then a pause, then shares each with a pause of their own.
 */
export function stagesOf({ spec }: Pick<Rollout, 'spec'>): Stages {
  const { canary, blueGreen } = spec.strategy;
  if (canary === undefined) {
    const waits = blueGreen?.autoPromotionEnabled === false;
    return { percents: [], whyNot: 'its strategy is blueGreen, which its controller leads', waits };
  }
  const { steps = [], trafficRouting } = canary;
  const waits = steps.some(isWaiting);
  const percents = steps.flatMap(({ setWeight }) =>
    setWeight !== undefined && setWeight > 0 ? [setWeight] : [],
  );
  const no = (whyNot: string): Stages => ({ percents: [], whyNot, waits });
  if (trafficRouting === undefined)
    return no('it has no trafficRouting, so its pods get traffic as soon as they are ready');
  if (!beginsWithoutTraffic(steps)) {
    return no('its steps do not begin with setCanaryScale and pause: {}, so that traffic comes at once');
  }
  const firstShare = steps.findIndex(({ setWeight }) => setWeight !== undefined && setWeight > 0);
  const shares = firstShare === -1 ? [] : steps.slice(firstShare);
  const isLed = shares.every((step, index) =>
    index % 2 === 0 ? step.setWeight !== undefined : isWaiting(step),
  );
  if (!isLed || shares.length % 2 !== 0)
    return no('its steps are more than shares with pause: {} after each');
  const isRising = percents.every((percent, index) => percent < (percents[index + 1] ?? 100));
  if (!isRising) return no('its shares do not rise');
  return { percents, whyNot: null, waits };
}

function beginsWithoutTraffic(steps: readonly RolloutStep[]): boolean {
  const pause = steps.findIndex(isWaiting);
  const before = steps.slice(0, Math.max(pause, 0));
  const isUp = before.some(({ setCanaryScale: scale }) => (scale?.replicas ?? scale?.weight ?? 0) > 0);
  return isUp && before.every(({ setWeight = 0 }) => setWeight === 0);
}

/** The share of the step that the controller is at, or has last passed. */
export function shareAt({ spec }: Pick<Rollout, 'spec'>, stepIndex: number): number {
  const steps = spec.strategy.canary?.steps ?? [];
  if (stepIndex >= steps.length) return 100;
  return steps.slice(0, stepIndex + 1).findLast(({ setWeight }) => setWeight !== undefined)?.setWeight ?? 0;
}
