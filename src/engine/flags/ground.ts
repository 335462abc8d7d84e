import type { FlagClimb, ServiceFlag } from '../../core/catalog.ts';
import type { Ground } from '../../core/draw-plan.ts';
import { Failed } from '../../core/failure.ts';
import { climbFrom, type FlagGround, flagId, sayClimb } from '../../core/flag-climb.ts';
import type { Order } from '../../core/order.ts';
import { isRefusal, type Refusal, refuse } from '../../core/refusal.ts';
import { code, sentence } from '../../core/text.ts';
import type { FlagStanding } from '../../flag/flag.ts';
import { switchOver } from '../board/kill-switch.ts';
import type { Place } from '../desk/place.ts';
import type { EngineParts } from '../parts.ts';
import { flagServiceOf } from './turn.ts';

export type FlagsAt = { readonly flags: readonly FlagGround[]; readonly caveats: readonly string[] };

const none: FlagsAt = { flags: [], caveats: [] };

/**
 * The flags that an order turns at one place, as they stand now: those that are configured there, and those that were
 * asked for. What cannot be read, or given a share, is refused before anybody approves it.
 * @param earlier the places of the same plan that come before this one: a flag that they turn is taken up where they leave it
 */
export async function flagsAt(
  parts: EngineParts,
  order: Order,
  place: Place,
  earlier: readonly Ground[],
): Promise<FlagsAt | Refusal> {
  if (order.purpose === 'roll-back') return none;
  const asked = order.flags ?? [];
  const { flags: known = [] } = place.service;
  const stranger = asked.find(({ key }) => !isThere(known, key, place));
  if (stranger !== undefined && order.parts === undefined) return unknownFlag(known, stranger.key, place);
  const climbs = [...(place.target.flags ?? []), ...asked.map(({ key }) => ({ key, percents: [] }))];
  const keys = [...new Set(climbs.map(({ key }) => key))];
  const found: FlagsAt[] = [];
  for (const key of keys) {
    const flag = known.find((each) => each.key === key);
    if (flag === undefined) continue;
    const percent = asked.find((each) => each.key === key)?.percent ?? null;
    const one = await flagAt(parts, place, flag, climbs);
    if (one !== null && isRefusal(one)) return one;
    found.push(climbAfter(one, percent, earlier));
  }
  return { flags: found.flatMap(({ flags }) => flags), caveats: found.flatMap(({ caveats }) => caveats) };
}

/** Each service of a product turns the flags that it has; one that none of them has would be left out in silence. */
export function refuseStrangeFlags(order: Order, places: readonly Place[]): Refusal | null {
  if (order.parts === undefined || order.purpose === 'roll-back') return null;
  const stranger = (order.flags ?? []).find(({ key }) => !places.some((place) => readsFlag(place, key)));
  if (stranger === undefined) return null;
  const { service, environment } = order;
  const known = places.flatMap((place) =>
    (place.service.flags ?? []).filter(({ key }) => readsFlag(place, key)).map(({ key }) => key),
  );
  const names = [...new Set(known)];
  return refuse(
    'not-found',
    [`No service of ${service} has a flag `, code(stranger.key), ` in ${environment}.`],
    {
      next: [names.length === 0 ? 'None are configured there.' : `Flags there: ${names.join(', ')}.`],
    },
  );
}

export function readsFlag(place: Place, key: string): boolean {
  return isThere(place.service.flags ?? [], key, place);
}

type Climb = {
  readonly standing: FlagStanding;
  readonly configured: readonly number[];
  readonly of: Pick<FlagGround, 'key' | 'at' | 'environment'>;
};

async function flagAt(
  parts: EngineParts,
  place: Place,
  { key, at, environments }: ServiceFlag,
  climbs: readonly FlagClimb[],
): Promise<Climb | Refusal | null> {
  const environment = environments[place.environment.name];
  if (environment === undefined) return null;
  const killed = await switchOver(parts, { at, key, theirs: environment });
  if (killed !== null) return keptOff(key, killed);
  const standing = await read(parts, key, at, environment);
  if (isRefusal(standing)) return standing;
  const configured = climbs.find((each) => each.key === key)?.percents ?? [];
  return { standing, configured, of: { key, at, environment } };
}

/**
 * From where the flag stands, or from where the place before leaves it: two that read one flag would else turn it down
 * under each other. Where nothing is left to climb, the new version is watched with the flag as it is by then.
 */
function climbAfter(climb: Climb | null, asked: number | null, earlier: readonly Ground[]): FlagsAt {
  if (climb === null) return none;
  const { standing, configured, of } = climb;
  const leaves = leftBy(of, earlier);
  const { isOn, rolloutPercent } = leaves?.state ?? standing;
  const before = { isOn, rolloutPercent };
  const climbing = climbFrom(before, configured, asked);
  const percents = leaves === null || climbing.length > 0 ? climbing : [leaves.state.rolloutPercent];
  if (percents.length === 0) return none;
  const ground = { ...of, before, percents, ...(leaves === null ? {} : { after: leaves.target }) };
  const more = standing.caveats.map((caveat) => `${of.key}: ${caveat}`);
  return { flags: [ground], caveats: [sayClimb(ground), ...more] };
}

/** How the last of them that turns this flag leaves it. */
function leftBy(of: Climb['of'], earlier: readonly Ground[]) {
  const all = earlier.flatMap(({ target, flags = [] }) =>
    flags.flatMap((flag) => {
      const rolloutPercent = flag.percents.at(-1);
      if (flagId(flag) !== flagId(of) || rolloutPercent === undefined) return [];
      return [{ target: target.id, state: { isOn: true, rolloutPercent } }];
    }),
  );
  return all.at(-1) ?? null;
}

async function read(
  parts: EngineParts,
  key: string,
  at: string,
  environment: string,
): Promise<FlagStanding | Refusal> {
  try {
    const service = flagServiceOf(parts, { at });
    if (!service.writing.can)
      return refuse('not-supported', [`${key} cannot be turned: ${service.writing.say}.`]);
    const standing = await service.look({ key, environment });
    if (standing.rolloutPercent !== null) return standing;
    const why = standing.caveats.join('; ') || 'it is no plain yes or no';
    return refuse('not-supported', [`${key} cannot be given a share: ${why}.`]);
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    return refuse(
      'unavailable',
      [sentence(`${at} could not be asked about ${key}: ${error.failure.message}`)],
      {
        next: ['Nothing was begun. Try again in a minute.'],
      },
    );
  }
}

function keptOff(key: string, { id, isRead }: { readonly id: string; readonly isRead: boolean }): Refusal {
  if (!isRead) {
    return refuse('target-held', [`${key} may be switched off by the kill switch `, code(id), '.'], {
      next: ['A newer version of Slipway wrote it, and this one cannot read it. Nothing was begun.'],
    });
  }
  return refuse('target-held', [`${key} is switched off by the kill switch `, code(id), '.'], {
    next: ['Nothing was begun. Switch it on again first, or leave it out.'],
    offers: [{ label: 'Switch it on again…', command: 'deploy-emergency', text: `switch-on ${id}` }],
  });
}

function isThere(known: readonly ServiceFlag[], key: string, { environment }: Place): boolean {
  return known.some((flag) => flag.key === key && Object.hasOwn(flag.environments, environment.name));
}

function unknownFlag(known: readonly ServiceFlag[], key: string, place: Place): Refusal {
  const names = known.map((flag) => flag.key).filter((each) => isThere(known, each, place));
  return refuse('not-found', [`${place.id} has no flag `, code(key), '.'], {
    next: [names.length === 0 ? 'None are configured there.' : `Flags there: ${names.join(', ')}.`],
  });
}
