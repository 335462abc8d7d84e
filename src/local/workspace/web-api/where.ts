import type { Channel, Message } from '../model.ts';
import { hasBot, hasScope, type World } from '../world.ts';
import { MethodError } from './method.ts';

/**
 * The channel with this id. A private one that the bot is not in does not exist for it.
 * @throws {MethodError} `channel_not_found`.
 */
export function channelFor(world: World, id: string): Channel {
  return visible(world, world.state.channels.get(id) ?? null);
}

/** Posting takes a channel's name too, and a person's id for the conversation with them. */
export function channelToPost(world: World, named: string): Channel {
  return visible(world, world.state.channelNamed(named) ?? world.state.directWith(named));
}

function visible(world: World, channel: Channel | null): Channel {
  const isHidden = channel !== null && channel.kind !== 'channel' && !hasBot(world, channel.members);
  if (channel === null || isHidden) throw new MethodError('channel_not_found');
  return channel;
}

/** @throws {MethodError} `is_archived`, `not_in_channel`. */
export function needWritable(world: World, channel: Channel): void {
  if (channel.isArchived) throw new MethodError('is_archived');
  if (!hasBot(world, channel.members) && !hasScope(world, 'chat:write.public'))
    throw new MethodError('not_in_channel');
}

/** @throws {MethodError} `not_in_channel`. */
export function needMembership(world: World, channel: Channel): void {
  if (!hasBot(world, channel.members)) throw new MethodError('not_in_channel');
}

const kinds = { channel: 'channels', private: 'groups', direct: 'im' } as const;

/** Scopes for reading are by the kind of conversation. @throws {MethodError} `missing_scope`. */
export function needScopeFor(world: World, channel: Channel, what: 'read' | 'history'): void {
  const needed = `${kinds[channel.kind]}:${what}`;
  if (hasScope(world, needed)) return;
  const provided = world.settings.manifest.oauth_config.scopes.bot.join(',');
  throw new MethodError('missing_scope', { needed, provided });
}

/** @throws {MethodError} `message_not_found`; ephemeral messages are kept nowhere, and so never found. */
export function messageIn(world: World, channel: Channel, ts: string): Message {
  const message = world.state.message(channel.id, ts);
  if (message === null || message.onlyFor !== null) throw new MethodError('message_not_found');
  return message;
}

/** @throws {MethodError} `user_not_found`. */
export function needPerson(world: World, id: string): void {
  if (!world.state.people.has(id)) throw new MethodError('user_not_found');
}
