import { z } from 'zod';
import { lengthOf } from '../blocks/check.ts';
import { identify } from '../blocks/identify.ts';
import { eventsOf, sendEvent } from '../deliver/event.ts';
import { messageLimits, posting } from '../limits.ts';
import type { Channel, Json, Message } from '../model.ts';
import { messageObject } from '../object/message.ts';
import { postAsBot } from '../post.ts';
import type { World } from '../world.ts';
import { contentArgs, contentOf, truncated } from './content.ts';
import { channelId, type Method, MethodError, method, RateLimited, text } from './method.ts';
import { channelFor, channelToPost, messageIn, needMembership, needPerson, needWritable } from './where.ts';

const scopes = ['chat:write'];

/** About one a second in a channel, and several hundred a minute in all. @throws {RateLimited} */
function needRoomToPost(world: World, channel: Channel): void {
  const wait = world.buckets.take([
    {
      key: `post ${channel.id}`,
      rate: { capacity: posting.channelBurst, perSecond: posting.perChannelPerSecond },
    },
    {
      key: 'post',
      rate: { capacity: posting.perWorkspacePerMinute, perSecond: posting.perWorkspacePerMinute / 60 },
    },
  ]);
  if (wait > 0) throw new RateLimited(wait);
}

/** The thread that a reply belongs to. @throws {MethodError} when there is no such message, or it is a reply itself. */
function threadOf(world: World, channel: Channel, threadTs: string | undefined): string | null {
  if (threadTs === undefined || threadTs === '') return null;
  const root = world.state.message(channel.id, threadTs);
  if (root === null || root.onlyFor !== null) throw new MethodError('thread_not_found');
  if (root.threadTs !== null) throw new MethodError('cannot_reply_to_message');
  return threadTs;
}

function needMessagesTab(world: World, channel: Channel): void {
  const isOff = world.settings.manifest.features.app_home?.messages_tab_enabled === false;
  if (channel.kind === 'direct' && isOff) throw new MethodError('messages_tab_disabled');
}

const postMessage = method({
  tier: 'special',
  scopes,
  args: z.object({ channel: channelId, ...contentArgs }),
  run: (world, args) => {
    const channel = channelToPost(world, args.channel);
    needWritable(world, channel);
    needMessagesTab(world, channel);
    const content = contentOf(world, args);
    const threadTs = threadOf(world, channel, args.thread_ts);
    needRoomToPost(world, channel);
    const { text: said, isCut } = truncated(content.text);
    const message = postAsBot(world, {
      channel: channel.id,
      text: said,
      blocks: content.blocks ?? [],
      attachments: content.attachments ?? [],
      metadata: content.metadata ?? null,
      threadTs,
      isBroadcast: threadTs !== null && args.reply_broadcast === true,
    });
    for (const event of eventsOf(world, message)) void sendEvent(world, event);
    return {
      channel: channel.id,
      ts: message.ts,
      message: messageObject(world, message, { metadata: true }),
      ...(isCut ? warning('message_truncated') : {}),
    };
  },
});

function warning(code: string): Json {
  return { warning: code, response_metadata: { warnings: [code] } };
}

const postEphemeral = method({
  tier: 4,
  scopes,
  args: z.object({ channel: channelId, user: text, ...contentArgs }),
  run: (world, args) => {
    const channel = channelToPost(world, args.channel);
    if (channel.isArchived) throw new MethodError('is_archived');
    needMembership(world, channel);
    needPerson(world, args.user);
    if (!channel.members.includes(args.user)) throw new MethodError('user_not_in_channel');
    const content = contentOf(world, args);
    if (lengthOf(content.text) > messageLimits.textTruncatedAt) throw new MethodError('msg_too_long');
    const { ts } = postAsBot(world, {
      channel: channel.id,
      text: content.text,
      blocks: content.blocks ?? [],
      attachments: content.attachments ?? [],
      threadTs: threadOf(world, channel, args.thread_ts),
      onlyFor: args.user,
    });
    return { message_ts: ts };
  },
});

/** A message that the bot wrote itself. @throws {MethodError} with this code when it did not. */
function ownMessage(world: World, channel: Channel, ts: string, code: string): Message {
  const message = messageIn(world, channel, ts);
  if (message.user !== world.settings.seed.app.botUser) throw new MethodError(code);
  return message;
}

const update = method({
  tier: 3,
  scopes,
  args: z.object({ channel: channelId, ts: text, ...contentArgs }),
  run: (world, args) => {
    const channel = channelFor(world, args.channel);
    const before = ownMessage(world, channel, args.ts, 'cant_update_message');
    const content = contentOf(world, args);
    if (lengthOf(content.text) > messageLimits.updateText) throw new MethodError('msg_too_long');
    const isBroadcast = before.isBroadcast || (before.threadTs !== null && args.reply_broadcast === true);
    const message: Message = {
      ...before,
      text: content.text,
      blocks: content.blocks === null ? before.blocks : identify(content.blocks, () => world.ids.id('b')),
      attachments: content.attachments ?? before.attachments,
      metadata: content.metadata === undefined ? before.metadata : content.metadata,
      isBroadcast,
      editedAt: world.settings.nowMs(),
    };
    world.state.putMessage(message);
    const shown = messageObject(world, message, { metadata: true });
    return { channel: channel.id, ts: message.ts, text: message.text, message: shown };
  },
});

const remove = method({
  tier: 3,
  scopes,
  args: z.object({ channel: channelId, ts: text }),
  run: (world, args) => {
    const channel = channelFor(world, args.channel);
    const { ts } = ownMessage(world, channel, args.ts, 'cant_delete_message');
    world.state.removeMessage(channel.id, ts);
    return { channel: channel.id, ts };
  },
});

const getPermalink = method({
  tier: 'special',
  args: z.object({ channel: channelId, message_ts: text }),
  run: (world, args) => {
    const channel = channelFor(world, args.channel);
    const message = messageIn(world, channel, args.message_ts);
    const thread = message.threadTs === null ? '' : `?thread_ts=${message.threadTs}&cid=${channel.id}`;
    const permalink = `${world.url()}/archives/${channel.id}/p${message.ts.replace('.', '')}${thread}`;
    return { channel: channel.id, permalink };
  },
});

export const chat: Readonly<Record<string, Method>> = {
  'chat.postMessage': postMessage,
  'chat.postEphemeral': postEphemeral,
  'chat.update': update,
  'chat.delete': remove,
  'chat.getPermalink': getPermalink,
};
