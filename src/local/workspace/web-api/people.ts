import { z } from 'zod';
import type { Json, Person, UserGroup } from '../model.ts';
import type { World } from '../world.ts';
import { count, flag, type Method, MethodError, method, paged, text } from './method.ts';

function userObject(world: World, person: Person): Json {
  return {
    id: person.id,
    team_id: world.settings.seed.team.id,
    name: person.name,
    real_name: person.realName,
    deleted: false,
    color: person.colour.replace('#', ''),
    tz: person.timeZone,
    tz_label: person.timeZone,
    tz_offset: offsetSeconds(person.timeZone, world.settings.nowMs()),
    is_admin: false,
    is_owner: false,
    is_bot: person.isBot,
    is_app_user: false,
    is_restricted: person.isGuest,
    is_ultra_restricted: false,
    ...enterpriseUser(world, person),
    updated: 1_700_000_000,
    profile: {
      real_name: person.realName,
      display_name: person.name,
      email: person.isBot ? undefined : person.email,
      team: world.settings.seed.team.id,
    },
  };
}

/** Who belongs to an organisation is in it as a whole. */
function enterpriseUser(world: World, person: Person): Json {
  const { enterprise, id } = world.settings.seed.team;
  if (enterprise === undefined) return {};
  const whole = { id: person.id, enterprise_id: enterprise.id, enterprise_name: enterprise.name };
  return { enterprise_user: { ...whole, is_admin: false, is_owner: false, teams: [id] } };
}

function offsetSeconds(timeZone: string, atMs: number): number {
  const options = { timeZone, timeZoneName: 'longOffset' } as const;
  const parts = new Intl.DateTimeFormat('en', options).formatToParts(atMs);
  const offset = parts.find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT';
  const [, sign = '+', hours = '0', minutes = '0'] = /GMT(?:([+-])(\d\d):(\d\d))?/.exec(offset) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 3_600 + Number(minutes) * 60);
}

const info = method({
  tier: 4,
  scopes: ['users:read'],
  args: z.object({ user: text }),
  run: (world, args) => {
    const person = world.state.people.get(args.user);
    if (person === undefined) throw new MethodError('user_not_found');
    return { user: userObject(world, person) };
  },
});

const list = method({
  tier: 2,
  scopes: ['users:read'],
  args: z.object({ cursor: z.string().optional(), limit: count.optional() }),
  run: (world, args) => {
    const people = [...world.state.people.values()];
    const { page, next } = paged(people, { cursor: args.cursor, limit: args.limit ?? 1_000 });
    return {
      members: page.map((person) => userObject(world, person)),
      cache_ts: Math.floor(world.settings.nowMs() / 1_000),
      response_metadata: { next_cursor: next },
    };
  },
});

const lookupByEmail = method({
  tier: 3,
  scopes: ['users:read.email'],
  args: z.object({ email: z.string() }),
  run: (world, args) => {
    const person = [...world.state.people.values()].find(
      ({ email, isBot }) => !isBot && email === args.email,
    );
    if (person === undefined) throw new MethodError('users_not_found');
    return { user: userObject(world, person) };
  },
});

function groupObject(world: World, group: UserGroup, withUsers: boolean): Json {
  return {
    id: group.id,
    team_id: world.settings.seed.team.id,
    is_usergroup: true,
    name: group.name,
    handle: group.handle,
    description: '',
    is_external: false,
    date_delete: 0,
    user_count: group.members.length,
    ...(withUsers ? { users: group.members } : {}),
  };
}

const groups = method({
  tier: 2,
  scopes: ['usergroups:read'],
  args: z.object({ include_users: flag.optional() }),
  run: (world, args) => ({
    usergroups: world.settings.seed.groups.map((group) =>
      groupObject(world, group, args.include_users === true),
    ),
  }),
});

const groupMembers = method({
  tier: 2,
  scopes: ['usergroups:read'],
  args: z.object({ usergroup: z.string() }),
  run: (world, args) => {
    const group = world.settings.seed.groups.find(({ id }) => id === args.usergroup);
    if (group === undefined) throw new MethodError('no_such_subteam');
    return { users: group.members };
  },
});

const botInfo = method({
  tier: 3,
  scopes: ['users:read'],
  args: z.object({ bot: z.string().optional() }),
  run: (world, args) => {
    const { app, people } = world.settings.seed;
    if (args.bot !== undefined && args.bot !== app.botId) throw new MethodError('bot_not_found');
    const name = people.find(({ id }) => id === app.botUser)?.name ?? 'bot';
    return { bot: { id: app.botId, deleted: false, name, app_id: app.id, user_id: app.botUser } };
  },
});

export const people: Readonly<Record<string, Method>> = {
  'users.info': info,
  'users.list': list,
  'users.lookupByEmail': lookupByEmail,
  'usergroups.list': groups,
  'usergroups.users.list': groupMembers,
  'bots.info': botInfo,
};
