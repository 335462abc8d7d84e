import type { Outcome } from './event.ts';

/** One ended deployment, as far as it takes to say how well deployments go. */
export type Delivered = {
  readonly deploymentId: string;
  readonly purpose: 'deploy' | 'roll-back';
  readonly outcome: Outcome;
  /** When something was first done, after everybody who had to be asked was; null when nothing was. */
  readonly beganAtMs: number | null;
  /** When the new version first got traffic; null when it never did. */
  readonly trafficAtMs: number | null;
  /** When it turned around to take back what it had done; null when it did not. */
  readonly turnedAtMs: number | null;
  readonly endedAtMs: number;
  readonly targets: readonly {
    readonly id: string;
    readonly version: string;
    readonly before: string | null;
  }[];
  /** When the commits were written that it brought out; null where that is not known. */
  readonly commitTimesMs: readonly number[] | null;
};

export type Window = { readonly fromMs: number; readonly untilMs: number };

/**
 * Counts and lists, never ready-made shares: whoever shows one can say what was divided by what. A deployment counts
 * in the window in which it ended, and a rollback counts against the deployment that it reverted
 * (https://github.com/dora-team/fourkeys/issues/351, /352 and /285 tell what becomes of other ways).
 */
export type Delivery = {
  readonly days: number;
  /** Deployments that changed something: the denominator of every rate. Rollbacks are none of them. */
  readonly changed: number;
  /** Of those, the ones that left their version in place when they ended. */
  readonly deployed: number;
  /** Ended before anything was changed, on purpose or at a gate: counted nowhere else. */
  readonly stopped: number;
  /** Of the changed ones: taken back by themselves, reverted later, or left to a person. */
  readonly failed: number;
  /** Of the failed ones: taken back by themselves, or reverted later. */
  readonly takenBack: number;
  /** Rollbacks in the window whose deployment ended before it, or was not one of ours: they count against nobody here. */
  readonly rollbacksOfOthers: number;
  /** From the writing of each commit to the end of the deployment that brought it out. */
  readonly leadTimesMs: readonly number[];
  /** How many of the deployed ones the lead times are of. */
  readonly deployedWithCommits: number;
  /** From the first traffic on a version that failed until the one before it was back. */
  readonly restoreTimesMs: readonly number[];
  /** How long rolling back itself took. */
  readonly rollbackTimesMs: readonly number[];
  /** How long those took that deployed, from the first thing that was done. */
  readonly deploymentTimesMs: readonly number[];
};

const DAY_MS = 86_400_000;
const CHANGED: readonly Outcome[] = ['deployed', 'rolled-back', 'needs-human'];

/** @param all everything known that ended, also after the window: what was deployed in it may have been reverted later */
export function deliveryIn(all: readonly Delivered[], window: Window): Delivery {
  const ordered = all.toSorted((a, b) => a.endedAtMs - b.endedAtMs);
  const reverts = ordered.filter(({ purpose, outcome }) => purpose === 'roll-back' && outcome === 'deployed');
  const reverted = new Map<string, Delivered>();
  const ofOthers = new Set<string>();
  for (const revert of reverts) {
    const blamed = revertedBy(revert, ordered);
    if (blamed.length === 0) ofOthers.add(revert.deploymentId);
    for (const { deploymentId } of blamed)
      if (!reverted.has(deploymentId)) reverted.set(deploymentId, revert);
  }
  const isInside = ({ endedAtMs }: Delivered) => endedAtMs >= window.fromMs && endedAtMs < window.untilMs;
  const inside = ordered.filter(isInside);
  const deploys = inside.filter(({ purpose }) => purpose === 'deploy');
  const changed = deploys.filter(({ outcome }) => CHANGED.includes(outcome));
  const deployed = changed.filter(({ outcome }) => outcome === 'deployed');
  const takenBack = changed.filter(
    ({ outcome, deploymentId }) => outcome === 'rolled-back' || reverted.has(deploymentId),
  );
  const withCommits = deployed.filter(({ commitTimesMs }) => (commitTimesMs ?? []).length > 0);
  return {
    days: (window.untilMs - window.fromMs) / DAY_MS,
    changed: changed.length,
    deployed: deployed.length,
    stopped: deploys.filter(({ outcome }) => outcome === 'stopped').length,
    failed: takenBack.length + changed.filter(({ outcome }) => outcome === 'needs-human').length,
    takenBack: takenBack.length,
    rollbacksOfOthers: reverts.filter((one) => isInside(one) && ofOthers.has(one.deploymentId)).length,
    leadTimesMs: withCommits.flatMap(leadTimes),
    deployedWithCommits: withCommits.length,
    restoreTimesMs: takenBack.flatMap((one) => restoreTime(one, reverted.get(one.deploymentId) ?? null)),
    rollbackTimesMs: inside.flatMap(rollbackTime),
    deploymentTimesMs: deployed.flatMap(({ beganAtMs, endedAtMs }) =>
      beganAtMs === null ? [] : [endedAtMs - beganAtMs],
    ),
  };
}

/**
 * The deployments whose version a rollback took away: at each target the last one before it, when that brought out
 * what the rollback found running. Going back from a rollback reverts no deployment.
 */
function revertedBy(revert: Delivered, ordered: readonly Delivered[]): Delivered[] {
  const earlier = ordered.slice(0, ordered.indexOf(revert)).filter(({ outcome }) => outcome === 'deployed');
  return revert.targets.flatMap(({ id, before }) => {
    const last = earlier.findLast(({ targets }) => targets.some((target) => target.id === id));
    const left = last?.targets.find((target) => target.id === id)?.version;
    return last?.purpose === 'deploy' && before !== null && left === before ? [last] : [];
  });
}

/** A commit that claims to be younger than its deployment says nothing about time. */
function leadTimes({ commitTimesMs, endedAtMs }: Delivered): number[] {
  return (commitTimesMs ?? []).map((atMs) => endedAtMs - atMs).filter((ms) => ms >= 0);
}

/** What never had traffic hurt nobody: there was nothing to restore. */
function restoreTime({ trafficAtMs, endedAtMs }: Delivered, revert: Delivered | null): number[] {
  if (trafficAtMs === null) return [];
  return [(revert?.endedAtMs ?? endedAtMs) - trafficAtMs];
}

function rollbackTime({ purpose, outcome, beganAtMs, turnedAtMs, endedAtMs }: Delivered): number[] {
  const fromMs =
    purpose === 'roll-back'
      ? outcome === 'deployed'
        ? beganAtMs
        : null
      : outcome === 'rolled-back'
        ? turnedAtMs
        : null;
  return fromMs === null ? [] : [endedAtMs - fromMs];
}

/** The middle one, or what lies between the two in the middle; null for none at all. */
export function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(half) - 1], sorted[Math.floor(half)]];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}
