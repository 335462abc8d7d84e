import type { Capabilities } from '../../../core/capability.ts';
import { common, leaves } from '../common-capabilities.ts';
import type { Rollout } from './rollout.ts';
import { stagesOf } from './stages.ts';

/** What a Rollout can be led to, by its own steps. */
export function capabilitiesOfRollout(rollout: Rollout, name: string): Capabilities {
  const { whyNot, percents, waits } = stagesOf(rollout);
  const paused =
    rollout.spec.paused === true
      ? `The Rollout ${name} is paused until somebody types kubectl argo rollouts promote ${name}.`
      : null;
  const say = paused ?? (whyNot === null ? null : `The Rollout ${name} cannot be led from here: ${whyNot}.`);
  return {
    ...common,
    staged:
      say === null
        ? { can: true, how: {}, caveats: ['its controller decides how many pods that is (setCanaryScale)'] }
        : { can: false, why: 'not-configured', say },
    traffic:
      say === null
        ? {
            can: true,
            how: { kind: 'stages', percents, settleMs: 30_000 },
            caveats: ['the shares are those of the steps of the Rollout, and its controller sets them'],
          }
        : { can: false, why: 'not-configured', say },
    replace: replaceOf(paused, waits, name),
    rollback: {
      can: true,
      how: {
        kind: 'reapply',
        how: 'abort what is on its way, and write the template of the ReplicaSet before into the Rollout again',
        horizon: `the last ${rollout.spec.revisionHistoryLimit ?? 10} ReplicaSets (revisionHistoryLimit)`,
        leaves,
      },
      caveats: [
        'going back from a version that is stable already asks the controller to skip its steps, which it may not do at once',
      ],
    },
  };
}

function replaceOf(
  paused: string | null,
  waits: boolean,
  name: string,
): NonNullable<Capabilities['replace']> {
  if (paused !== null) return { can: false, why: 'not-configured', say: paused };
  if (waits) {
    const say = `The Rollout ${name} stops at a pause without a duration until somebody promotes it.`;
    return { can: false, why: 'not-configured', say };
  }
  return {
    can: true,
    how: {
      how: 'the controller of Argo Rollouts leads the version through the steps of the Rollout: people meet both versions meanwhile',
      canCancel: true,
    },
    caveats: ['how long that takes is said by the steps'],
  };
}
