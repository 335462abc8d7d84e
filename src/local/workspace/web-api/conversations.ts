import { z } from 'zod';
import { byTime } from '../ids.ts';
import type { Channel, Json, Message } from '../model.ts';
import { messageObject } from '../object/message.ts';
import { hasBot, hasScope, type World } from '../world.ts';
import { channelId, count, flag, type Method, MethodError, method, paged, text } from './method.ts';
import { channelFor, messageIn, needMembership, needPerson, needScopeFor } from './where.ts';

const reading = ['channels:read', 'groups:read', 'im:read', 'mpim:read'];
const histories = ['channels:history', 'groups:history', 'im:history', 'mpim:history'];

const page = { cursor: z.string().optional(), limit: count.optional() };

function channelObject(world: World, channel: Channel): Json {
  const isMember = hasBot(world, channel.members);
  const common = {
    id: channel.id,
    created: 1_700_000_000,
    is_archived: channel.isArchived,
    is_im: channel.kind === 'direct',
    is_mpim: false,
    context_team_id: world.settings.seed.team.id,
  };
  if (channel.kind === 'direct') {
    const user = channel.members.find((id) => id !== world.settings.seed.app.botUser);
    return { ...common, user, is_user_deleted: false };
  }
  return {
    ...common,
    name: channel.name,
    name_normalized: channel.name,
    is_channel: channel.kind === 'channel',
    is_group: channel.kind === 'private',
    is_private: channel.kind === 'private',
    is_general: channel.name === 'general',
    is_member: isMember,
    is_shared: false,
    is_ext_shared: false,
    topic: { value: channel.topic, creator: '', last_set: 0 },
    purpose: { value: channel.topic, creator: '', last_set: 0 },
  };
}

const info = method({
  tier: 3,
  scopes: reading,
  args: z.object({ channel: channelId, include_num_members: flag.optional() }),
  run: (world, args) => {
    const channel = channelFor(world, args.channel);
    needScopeFor(world, channel, 'read');
    const members = args.include_num_members === true ? { num_members: channel.members.length } : {};
    return { channel: { ...channelObject(world, channel), ...members } };
  },
});

const types: Readonly<Record<string, Channel['kind'] | null>> = {
  public_channel: 'channel',
  private_channel: 'private',
  im: 'direct',
  mpim: null,
};

const list = method({
  tier: 2,
  scopes: reading,
  args: z.object({
    ...page,
    types: z.string().default('public_channel'),
    exclude_archived: flag.optional(),
  }),
  run: (world, args) => {
    const asked = args.types.split(',').map((type) => type.trim());
    if (asked.some((type) => types[type] === undefined)) throw new MethodError('invalid_types');
    const kinds = asked.map((type) => types[type]);
    const seen = [...world.state.channels.values()].filter(
      (channel) =>
        kinds.includes(channel.kind) &&
        (channel.kind === 'channel' || hasBot(world, channel.members)) &&
        !(args.exclude_archived === true && channel.isArchived),
    );
    const { page: channels, next } = paged(seen, {
      cursor: args.cursor,
      limit: limited(args.limit, 100, 1_000),
    });
    return {
      channels: channels.map((channel) => channelObject(world, channel)),
      response_metadata: { next_cursor: next },
    };
  },
});

function limited(asked: number | undefined, fallback: number, max: number): number {
  if (asked === undefined) return fallback;
  if (asked < 1 || asked > max) throw new MethodError('invalid_limit');
  return asked;
}

const members = method({
  tier: 4,
  scopes: reading,
  args: z.object({ channel: channelId, ...page }),
  run: (world, args) => {
    const channel = channelFor(world, args.channel);
    needScopeFor(world, channel, 'read');
    const { page: ids, next } = paged(channel.members, {
      cursor: args.cursor,
      limit: limited(args.limit, 100, 1_000),
    });
    return { members: ids, response_metadata: { next_cursor: next } };
  },
});

const open = method({
  tier: 3,
  scopes: ['channels:manage', 'groups:write', 'im:write', 'mpim:write'],
  args: z.object({
    users: z.string().optional(),
    channel: z.string().optional(),
    return_im: flag.optional(),
  }),
  run: (world, args) => {
    if (args.channel !== undefined && args.channel !== '')
      return { channel: { id: channelFor(world, args.channel).id } };
    const users = (args.users ?? '').split(',').filter((id) => id !== '');
    const [user] = users;
    if (user === undefined) throw new MethodError('users_list_not_supplied');
    if (users.length > 1) throw new MethodError('invalid_user_combination');
    needPerson(world, user);
    if (!hasScope(world, 'im:write'))
      throw new MethodError('missing_scope', {
        needed: 'im:write',
        provided: world.settings.manifest.oauth_config.scopes.bot.join(','),
      });
    const channel = world.state.directWith(user);
    if (channel === null) throw new MethodError('user_not_visible');
    const whole = args.return_im === true ? channelObject(world, channel) : { id: channel.id };
    return { channel: whole, no_op: true, already_open: true };
  },
});

const range = {
  ...page,
  oldest: text.optional(),
  latest: text.optional(),
  inclusive: flag.optional(),
  include_all_metadata: flag.optional(),
};
type Range = z.output<z.ZodObject<typeof range>>;

function within(messages: readonly Message[], { oldest, latest, inclusive }: Range): readonly Message[] {
  const isAfter = (ts: string): boolean => oldest === undefined || edge(byTime(ts, oldest), inclusive);
  const isBefore = (ts: string): boolean => latest === undefined || edge(-byTime(ts, latest), inclusive);
  return messages.filter(({ ts, onlyFor }) => onlyFor === null && isAfter(ts) && isBefore(ts));
}

function edge(order: number, isInclusive: boolean | undefined): boolean {
  return order > 0 || (order === 0 && isInclusive === true);
}

function answered(world: World, messages: readonly Message[], args: Range, limit: number): Json {
  const { page: shown, next } = paged(messages, { cursor: args.cursor, limit });
  const options = { metadata: args.include_all_metadata === true };
  return {
    messages: shown.map((message) => messageObject(world, message, options)),
    has_more: next !== '',
    ...(next === '' ? {} : { response_metadata: { next_cursor: next } }),
  };
}

const history = method({
  tier: 3,
  scopes: histories,
  args: z.object({ channel: channelId, ...range }),
  run: (world, args) => {
    const channel = channelFor(world, args.channel);
    needScopeFor(world, channel, 'history');
    needMembership(world, channel);
    const roots = world.state
      .messagesIn(channel.id)
      .filter(({ threadTs, isBroadcast }) => threadTs === null || isBroadcast);
    return answered(world, within(roots, args).toReversed(), args, limited(args.limit, 100, 999));
  },
});

const replies = method({
  tier: 3,
  scopes: histories,
  args: z.object({ channel: channelId, ts: text, ...range }),
  run: (world, args) => {
    const channel = channelFor(world, args.channel);
    needScopeFor(world, channel, 'history');
    needMembership(world, channel);
    const root = threadRoot(world, channel, args.ts);
    const thread = within([root, ...world.state.repliesTo(channel.id, root.ts)], args);
    return answered(world, thread, args, limited(args.limit, 1_000, 1_000));
  },
});

function threadRoot(world: World, channel: Channel, ts: string): Message {
  if (world.state.message(channel.id, ts) === null) throw new MethodError('thread_not_found');
  const message = messageIn(world, channel, ts);
  return message.threadTs === null ? message : messageIn(world, channel, message.threadTs);
}

export const conversations: Readonly<Record<string, Method>> = {
  'conversations.info': info,
  'conversations.list': list,
  'conversations.members': members,
  'conversations.open': open,
  'conversations.history': history,
  'conversations.replies': replies,
};
