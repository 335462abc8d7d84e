import { canonical } from '../../../core/canonical.ts';
import { replay } from '../../../core/deployment.ts';
import { Failed } from '../../../core/failure.ts';
import type { PlannedTarget } from '../../../core/plan.ts';
import { isSameVersion, type Version } from '../../../core/plan.ts';
import { type Text, time } from '../../../core/text.ts';
import type { Standing, StandingRelease } from '../../../platform/platform.ts';
import type { TargetState } from '../../../store/store.ts';
import { type Drift, driftOf, sayDrift } from '../../drift.ts';
import { type Held, heldAmong } from '../../held-places.ts';
import type { EngineParts } from '../../parts.ts';
import { servingOf } from '../ground.ts';
import type { Place } from '../place.ts';
import { sayShares } from '../say.ts';

/** One place three times: as it is configured, as it was left, and as it is. */
export type PlaceRead = {
  readonly place: Place;
  readonly state: TargetState | undefined;
  /** What the last deployment carried out there; null: none did, or somebody adopted what another had left. */
  readonly planned: PlannedTarget | null;
  /** A sentence without a full stop where the platform does not say. */
  readonly standing: Standing | string;
  readonly drift: Drift;
};

export async function readPlaces(parts: EngineParts, places: readonly Place[]): Promise<PlaceRead[]> {
  const states = new Map((await parts.store.targets.all()).map((state) => [state.id, state]));
  const held = await heldAmong(
    parts.store.journal,
    places.flatMap(({ id }) => states.get(id) ?? []),
  );
  return Promise.all(
    places.map((place) => readPlace(parts, place, states.get(place.id), held.get(place.id) ?? null)),
  );
}

async function readPlace(
  parts: EngineParts,
  place: Place,
  state: TargetState | undefined,
  held: Held | null,
): Promise<PlaceRead> {
  const [planned, standing] = await Promise.all([plannedAt(parts, place, state), lookAt(place)]);
  const drift =
    typeof standing === 'string'
      ? ({ kind: 'unknown', say: 'not known' } as const)
      : // Read just now, whatever the clocks say of each other.
        driftOf(state, { atMs: Number.POSITIVE_INFINITY, problem: null, releases: seenOf(standing) }, held);
  return { place, state, planned, standing, drift };
}

function seenOf({ releases }: Standing) {
  return releases.map(({ releaseId, version, trafficPercent, health }) => ({
    releaseId,
    version: version.name,
    trafficPercent,
    health,
  }));
}

async function lookAt({ site, target }: Place): Promise<Standing | string> {
  try {
    return await site.look();
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    return `${target.platform} says ${error.failure.message}`;
  }
}

async function plannedAt(
  { store }: EngineParts,
  { id }: Place,
  state: TargetState | undefined,
): Promise<PlannedTarget | null> {
  const deploymentId = state?.believed?.deploymentId ?? null;
  if (deploymentId === null) return null;
  const entries = await store.journal.read(deploymentId, 0);
  if (entries.length === 0) return null;
  return replay(entries).plan.targets.find((target) => target.id === id) ?? null;
}

export function serving({ standing }: PlaceRead): StandingRelease[] {
  return typeof standing === 'string' ? [] : servingOf(standing);
}

/** `render (service srv-1)`: where slipway.yml says that it lives. */
export function sayConfigured({ place: { target } }: PlaceRead): string {
  return `${target.platform} (${sayAddress(target.address)})`;
}

const ADDRESS_MAX = 80;

function sayAddress(address: unknown): string {
  const entries = typeof address === 'object' && address !== null ? Object.entries(address) : [];
  const words = entries.map(
    ([key, value]) => `${key} ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  const line = words.join(', ') || 'no address';
  return line.length > ADDRESS_MAX ? `${line.slice(0, ADDRESS_MAX)}…` : line;
}

/** `v6 by d-7f3a9k2m`: what we left there. */
export function sayRecorded({ state }: PlaceRead): string {
  const believed = state?.believed ?? null;
  if (believed === null) return 'nothing yet';
  return `${believed.version}${believed.deploymentId === null ? ', adopted' : ` by ${believed.deploymentId}`}`;
}

export function sayRunning(read: PlaceRead): string {
  if (typeof read.standing === 'string') return `not known: ${read.standing}`;
  return sayShares(
    serving(read).map(({ version, trafficPercent }) => ({ version: version.name, trafficPercent })),
  );
}

/** Everything in which the three disagree, each in a few words; none: they agree, as far as that is known. */
export function differences(read: PlaceRead): string[] {
  const { drift, place, planned } = read;
  return [
    ...(drift.kind === 'foreign' ? [sayDrift(drift)] : []),
    ...(isOtherCommit(read) ? ['the same version by name, of another commit than we deployed'] : []),
    ...(planned !== null && isMoved(place, planned) ? ['it lived elsewhere when it was last deployed'] : []),
  ];
}

/** A name can be moved to another commit; where both ends tell theirs, the commit decides. */
function isOtherCommit(read: PlaceRead): boolean {
  const left: Version | undefined = read.planned?.version;
  if (left === undefined || read.drift.kind !== 'none') return false;
  return serving(read).some(({ version }) => version.name === left.name && !isSameVersion(version, left));
}

function isMoved({ target }: Place, { platform, address }: PlannedTarget): boolean {
  return platform !== target.platform || canonical(address) !== canonical(target.address);
}

/** The drift of one place in a cell. */
export function sayDifferences(read: PlaceRead): string {
  const found = differences(read);
  return found.length > 0 ? found.join('; ') : sayDrift(read.drift);
}

/** When the platform was read and when the belief began, for a single place. */
export function whenFacts({ standing, state }: PlaceRead): { name: string; value: Text }[] {
  const since = state?.believed?.sinceMs;
  return [
    ...(since === undefined ? [] : [{ name: 'Recorded since', value: [time(since)] }]),
    ...(typeof standing === 'string' ? [] : [{ name: 'Running as of', value: [time(standing.atMs)] }]),
  ];
}
