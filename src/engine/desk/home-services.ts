import type { Service } from '../../core/catalog.ts';
import type { HomePlace, HomeService } from '../../core/home.ts';
import { targetId } from '../../core/names.ts';
import { may } from '../../core/person.ts';
import type { Preference } from '../../core/preference.ts';
import type { Summary, TargetState } from '../../store/store.ts';
import { driftOf, sayDrift } from '../drift.ts';
import { seenCells } from './seen.ts';
import type { Visiting } from './visitor.ts';

/** What was read longer ago than this is said to be old. */
const STALE_MS = 5 * 60_000;

export type Known = {
  readonly preference: Preference;
  readonly summaries: readonly Summary[];
  readonly targets: readonly TargetState[];
  readonly nowMs: number;
};

/** The services that somebody may see: favourites first, then what they deployed lately, then in the order of the file. */
export function homeServices({ parts, visitor }: Visiting, known: Known): HomeService[] {
  const { services, grants } = parts.catalog();
  const { favourites } = known.preference;
  const lately = known.summaries
    .filter(({ requestedBy }) => requestedBy === visitor.actor.id)
    .flatMap(({ targets }) => targets.map(({ service }) => service));
  const order = [...new Set([...favourites, ...lately])];
  const rank = (name: string) => (order.includes(name) ? order.indexOf(name) : order.length);
  return services
    .map((service) => ({
      ...service,
      targets: service.targets.filter(({ environment }) =>
        may(visitor.actor, 'look', { service: service.name, environment }, grants),
      ),
    }))
    .filter(({ targets }) => targets.length > 0)
    .toSorted((a, b) => rank(a.name) - rank(b.name))
    .map((service) => homeService(service, favourites.includes(service.name), known));
}

function homeService({ name, targets }: Service, isFavourite: boolean, known: Known): HomeService {
  return {
    name,
    isFavourite,
    places: targets.map(({ environment }) => placeOf(name, environment, known)),
  };
}

function placeOf(service: string, environment: string, { targets, nowMs }: Known): HomePlace {
  const state = targets.find(({ id }) => id === targetId(service, environment));
  const seen = state?.seen ?? null;
  const [shares, health] = seenCells(seen);
  const drift = driftOf(state, seen);
  const runs = drift.kind === 'foreign' ? `${shares} (${sayDrift(drift)})` : shares;
  const seenAtMs = seen === null || seen.atMs === 0 ? null : seen.atMs;
  const isOld = seenAtMs !== null && nowMs - seenAtMs > STALE_MS;
  return {
    environment,
    runs,
    health,
    seenAtMs,
    stale: seen?.problem ?? (isOld ? 'not read lately' : null),
  };
}
