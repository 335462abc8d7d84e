import { readArguments } from './http/body.ts';
import { type Json, textAt } from './model.ts';
import { type Authority, openAuthority } from './oauth/authority.ts';
import type { Grant, Place } from './oauth/grants.ts';
import type { OAuthOptions } from './oauth/options.ts';
import { type OpenWorld, openWorld } from './open-world.ts';
import type { Settings } from './options.ts';
import type { Seed } from './seed.ts';
import type { Arrival } from './web-api/call.ts';
import { tokenOf } from './web-api/token.ts';
import type { World } from './world.ts';

/** All workspaces behind one address, as all of Slack is behind one. The first one is the page's. */
export type Worlds = {
  readonly all: readonly OpenWorld[];
  readonly home: OpenWorld;
  /** Null where the app is not one that workspaces install by themselves. */
  readonly authority: Authority | null;
  /** The workspace with this id; the first one for an id that none has. */
  readonly ofTeam: (team: string | null) => OpenWorld;
  /** For whom a call of the Web API is: whose token it shows, and with a whole organisation's, what it is about. */
  readonly ofCall: (arrival: Arrival) => OpenWorld;
  /** Any workspace of a place. */
  readonly ofPlace: (place: Place) => OpenWorld;
};

export function openWorlds(
  settings: Settings,
  { oauth, others }: { readonly oauth: OAuthOptions | undefined; readonly others: readonly Seed[] },
  url: () => string,
): Worlds {
  const held: { authority: Authority | null } = { authority: null };
  const authorityOf = () => held.authority;
  const home = openWorld(settings, url, authorityOf);
  const { file: _file, appToken: _appToken, ...alike } = settings;
  const all = [home, ...others.map((seed) => openWorld({ ...alike, seed }, url, authorityOf))];
  if (oauth !== undefined) held.authority = openAuthority(oauth, home);
  const ofTeam = (team: string | null) => all.find(({ settings: { seed } }) => seed.team.id === team) ?? home;
  const ofPlace = ({ team, enterprise }: Place) =>
    team === null
      ? (all.find(({ settings: { seed } }) => seed.team.enterprise?.id === enterprise) ?? home)
      : ofTeam(team);
  return {
    all,
    home,
    authority: held.authority,
    ofTeam,
    ofPlace,
    ofCall: (arrival) => {
      const read = readArguments(arrival.body, arrival.contentType, arrival.query);
      const args: Json = read.kind === 'arguments' ? read.args : {};
      const token = tokenOf(arrival, args['token']);
      const grant = token === null ? null : (held.authority?.grants.ofToken(token) ?? null);
      return grant === null ? home : worldOf(grant, args);
    },
  };

  function worldOf({ place }: Grant, args: Json): OpenWorld {
    if (place.team !== null) return ofTeam(place.team);
    const theirs = all.filter(({ settings: { seed } }) => seed.team.enterprise?.id === place.enterprise);
    const about = theirs.find(
      (world) => world.settings.seed.team.id === textAt(args, 'team_id') || isAbout(world, args),
    );
    return about ?? ofPlace(place);
  }
}

function isAbout({ state }: World, args: Json): boolean {
  const channel = textAt(args, 'channel');
  const person = textAt(args, 'user_id') ?? textAt(args, 'user') ?? textAt(args, 'users');
  return (
    (channel !== null && state.channels.has(channel)) || (channel === null && state.people.has(person ?? ''))
  );
}
