import type { Failure } from '../../core/failure.ts';
import type { Share } from '../platform.ts';
import type { Active, Traffic } from './traffic.ts';

/** What to ask of Vercel so that the traffic becomes what is wanted. */
export type RouteMove =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'promote' | 'rollback' | 'start' | 'complete'; readonly id: string }
  /** Starts the rolling release that Vercel insists on, and finishes it. */
  | { readonly kind: 'start-and-complete'; readonly id: string }
  | { readonly kind: 'approve'; readonly id: string; readonly nextStageIndex: number }
  | { readonly kind: 'refuse'; readonly code: Failure['code']; readonly say: string };

export type Ground = {
  readonly traffic: Traffic;
  /** Shares of the rolling release that a project would start, 100 left out; null where none is configured. */
  readonly stages: readonly number[] | null;
  /** Whether it has served production, and is older than what serves now: then it is gone back to, not on to. */
  readonly isEarlier: (id: string) => boolean;
};

/**
 * Promoting a deployment that is a canary finishes its rolling release at once, and promoting any other one starts a new
 * rolling release where they are configured: so `promote` is used only where neither can be.
 */
export function decideRoute(shares: readonly Share[], ground: Ground): RouteMove {
  const wrong = whyNoSplit(shares);
  if (wrong !== null) return refuse('rejected', wrong);
  const wanted = shares.filter(({ trafficPercent }) => trafficPercent > 0);
  const [first, second] = wanted;
  if (first === undefined)
    return refuse(
      'unsupported',
      'Vercel always serves one deployment: the traffic cannot be taken from everybody',
    );
  if (second === undefined) return all(first.releaseId, ground);
  if (wanted.length > 2) return refuse('rejected', 'Vercel shares traffic between two deployments at most');
  return split(first, second, ground);
}

function all(id: string, { traffic, stages, isEarlier }: Ground): RouteMove {
  const { active, shares, pendingTo, doubt } = traffic;
  if (active !== null) {
    if (id === active.canaryId) return { kind: 'complete', id };
    // Going back to what a rolling release began with is how it is aborted.
    if (id === active.currentId) return { kind: 'rollback', id };
    return refuse('conflict', `a rolling release of ${active.canaryId} is under way at Vercel`);
  }
  // Where a move has failed, some of the domains may be anywhere: they are all moved again.
  const isThere = doubt === null && pendingTo === null && shares.has(id);
  if (id === pendingTo || isThere) return { kind: 'nothing' };
  if (isEarlier(id)) return { kind: 'rollback', id };
  return { kind: stages === null ? 'promote' : 'start-and-complete', id };
}

function split(one: Share, other: Share, { traffic, stages }: Ground): RouteMove {
  const { active, shares } = traffic;
  if (stages === null && active === null)
    return refuse('unsupported', 'traffic is shared at Vercel only where rolling releases are configured');
  const currentId = active?.currentId ?? [...shares.keys()][0];
  const canary = one.releaseId === currentId ? other : one;
  if (one.releaseId !== currentId && other.releaseId !== currentId)
    return refuse('conflict', `${currentId ?? 'nothing'} serves production at Vercel, not what was expected`);
  return active === null ? begin(canary, stages ?? []) : goOn(canary, active);
}

function goOn({ releaseId, trafficPercent }: Share, active: Active): RouteMove {
  if (active.canaryId !== releaseId)
    return refuse('conflict', `a rolling release of ${active.canaryId} is under way at Vercel`);
  if (isSame(active.percent, trafficPercent)) return { kind: 'nothing' };
  const stage = active.percents.find(({ percent }) => isSame(percent, trafficPercent));
  if (stage === undefined)
    return refuse('rejected', `${trafficPercent} % is no stage of this rolling release`);
  if (stage.index < active.index)
    return refuse(
      'unsupported',
      `Vercel cannot go back to ${stage.percent} %: a rolling release goes on, or all of it goes back`,
    );
  if (stage.index > active.index + 1)
    return refuse(
      'rejected',
      `Vercel goes through its stages one by one: ${stage.percent} % is not the next one`,
    );
  return { kind: 'approve', id: releaseId, nextStageIndex: stage.index };
}

function begin({ releaseId, trafficPercent }: Share, stages: readonly number[]): RouteMove {
  const [first] = stages;
  if (first !== undefined && isSame(first, trafficPercent)) return { kind: 'start', id: releaseId };
  return refuse(
    'rejected',
    `a rolling release of this project begins with ${first ?? 'no'} %, not ${trafficPercent} %`,
  );
}

function whyNoSplit(shares: readonly Share[]): string | null {
  const sum = shares.reduce((total, { trafficPercent }) => total + trafficPercent, 0);
  if (shares.some(({ trafficPercent }) => trafficPercent < 0)) return 'a share is below nothing';
  if (new Set(shares.map(({ releaseId }) => releaseId)).size < shares.length)
    return 'a release is named twice';
  return isSame(sum, 100) || sum === 0 ? null : `the shares make ${sum} %`;
}

function isSame(one: number, other: number): boolean {
  return Math.abs(one - other) < 0.01;
}

function refuse(code: Failure['code'], say: string): RouteMove {
  return { kind: 'refuse', code, say };
}
