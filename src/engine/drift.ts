import { hashOf } from '../core/canonical.ts';
import { utc } from '../core/text.ts';
import type { Seen, TargetState } from '../store/store.ts';
import type { Held } from './held-places.ts';

/** What runs at one place, held against what we left there. */
export type Drift =
  /** It was never read, or nothing was ever deployed there from here. */
  | { readonly kind: 'unknown'; readonly say: string }
  /** A deployment of ours has it: whatever runs there is in the making. */
  | { readonly kind: 'moving'; readonly held: Held | null }
  | { readonly kind: 'none' }
  | {
      readonly kind: 'foreign';
      readonly left: string;
      /** What serves instead, the largest share first. Empty: nothing does. */
      readonly found: readonly FoundRelease[];
    };

export type FoundRelease = Pick<Seen['releases'][number], 'releaseId' | 'version' | 'trafficPercent'>;

type Known = Pick<TargetState, 'believed' | 'takenBy'>;

/**
 * Versions are compared by their names, not releases: whoever starts the same version again has changed nothing that
 * people get. What could not be read just now says nothing of anybody.
 * @param held who holds the place meanwhile; null: nobody, or nobody asked
 */
export function driftOf(state: Known | undefined, seen: Seen | null, held: Held | null = null): Drift {
  if (seen === null || seen.atMs === 0) return { kind: 'unknown', say: 'not looked at yet' };
  if (state?.takenBy != null) return { kind: 'moving', held };
  const believed = state?.believed ?? null;
  if (believed === null) return { kind: 'unknown', say: 'never deployed from here' };
  if (seen.atMs < believed.sinceMs) return { kind: 'unknown', say: 'not looked at since' };
  const found = servingIn(seen);
  const isOurs = found.length > 0 && found.every(({ version }) => version === believed.version);
  return isOurs ? { kind: 'none' } : { kind: 'foreign', left: believed.version, found };
}

export function servingIn({ releases }: Pick<Seen, 'releases'>): FoundRelease[] {
  return releases
    .filter(({ trafficPercent }) => trafficPercent > 0)
    .toSorted((a, b) => b.trafficPercent - a.trafficPercent)
    .map(({ releaseId, version, trafficPercent }) => ({ releaseId, version, trafficPercent }));
}

/** Names what was found, so that the same is told once; shares may move without being news. */
export function markOf(found: readonly FoundRelease[]): string {
  return hashOf(
    'slipway/found/v1',
    found.map(({ releaseId, version }) => `${releaseId} ${version}`).toSorted(),
  );
}

/** What somebody saw and agrees to when they adopt it: this release of this version at this place. */
export function adoptionMark(
  target: string,
  { releaseId, version }: Omit<FoundRelease, 'trafficPercent'>,
): string {
  return hashOf('slipway/adopt/v1', { target, releaseId, version }).slice(0, 12);
}

/** `someone else deployed v7`, in a cell or after a comma. */
export function sayDrift(drift: Drift): string {
  switch (drift.kind) {
    case 'unknown':
      return drift.say;
    case 'moving':
      return drift.held === null ? 'a deployment is on its way' : sayHeld(drift.held);
    case 'none':
      return 'none';
    case 'foreign':
      return sayFound(drift);
  }
}

function sayHeld(held: Held): string {
  switch (held.how) {
    case 'by-person':
      return `held by ${held.by} since ${utc(held.sinceMs)}`;
    case 'for-person':
      return `held by ${held.deploymentId} since ${utc(held.sinceMs)}: a person has to look at it`;
    case 'undecided':
      return 'held until somebody decides what becomes of it';
  }
}

function sayFound(drift: Extract<Drift, { kind: 'foreign' }>): string {
  const { left, found } = drift;
  return `${found.length === 0 ? 'nothing serves' : `someone else deployed ${strangersIn(drift)}`}; we left ${left}`;
}

/** The versions that are not ours. */
export function strangersIn({ left, found }: { left: string; found: readonly FoundRelease[] }): string {
  const others = [...new Set(found.map(({ version }) => version).filter((version) => version !== left))];
  return others.join(' and ');
}
