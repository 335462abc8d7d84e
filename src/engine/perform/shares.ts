import type { Deployment } from '../../core/deployment.ts';
import type { Step } from '../../core/plan.ts';
import type { Share, Standing } from '../../platform/platform.ts';
import { newReleaseId, oldReleaseId } from '../writing.ts';

type Route = Extract<Step, { kind: 'route' }>;

/**
 * The split that a route step wants. Taking back gives the old version everything at once: what was wrong with a half
 * is not better with a quarter.
 */
export function desiredShares(
  deployment: Deployment,
  step: Route,
  direction: Deployment['direction'],
): Share[] {
  const forNew = direction === 'forward' ? step.trafficPercent : 0;
  const shares = [
    { releaseId: newReleaseId(deployment, step.target), trafficPercent: forNew },
    { releaseId: oldReleaseId(deployment, step.target), trafficPercent: 100 - forNew },
  ];
  return shares.flatMap(({ releaseId, trafficPercent }) =>
    releaseId === null ? [] : [{ releaseId, trafficPercent }],
  );
}

/** Whether the platform's own reading agrees with what is wanted, nobody else having any share. */
export function isRouted({ releases }: Standing, shares: readonly Share[]): boolean {
  const wanted = new Map(shares.map(({ releaseId, trafficPercent }) => [releaseId, trafficPercent]));
  const seen = new Map(releases.map(({ releaseId, trafficPercent }) => [releaseId, trafficPercent]));
  const all = new Set([...wanted.keys(), ...seen.keys()]);
  return [...all].every(
    (releaseId) => Math.abs((wanted.get(releaseId) ?? 0) - (seen.get(releaseId) ?? 0)) < 0.5,
  );
}
