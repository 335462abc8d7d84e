import type { Json, Message } from '../model.ts';
import type { World } from '../world.ts';
import { fileObject } from './file.ts';

/** A message as the Web API and interactivity payloads show it. */
export function messageObject(world: World, message: Message, options = { metadata: false }): Json {
  const { app, team } = world.settings.seed;
  const replies = world.state.repliesTo(message.channel, message.ts);
  return {
    type: 'message',
    user: message.user,
    ts: message.ts,
    text: message.text,
    team: team.id,
    blocks: message.blocks,
    ...when(message.attachments.length > 0, { attachments: message.attachments }),
    ...when(message.user === app.botUser, botFields(world)),
    ...when(message.onlyFor !== null, { is_ephemeral: true }),
    ...when(message.threadTs !== null, { thread_ts: message.threadTs }),
    ...when(replies.length > 0, { thread_ts: message.ts, ...threadFields(replies) }),
    ...when(message.isBroadcast, { subtype: 'thread_broadcast' }),
    ...when(message.editedAt !== null, { edited: { user: message.user, ts: secondsOf(message.editedAt) } }),
    ...when(options.metadata && message.metadata !== null, { metadata: message.metadata }),
    ...when(message.files.length > 0, { files: filesOf(world, message) }),
    ...when(Object.keys(message.reactions).length > 0, { reactions: reactionsOf(message) }),
    ...when(message.isPinned, { pinned_to: [message.channel] }),
  };
}

/** Slack leaves out what does not apply, instead of saying null. */
function when(applies: boolean, fields: Json): Json {
  return applies ? fields : {};
}

function secondsOf(ms: number | null): string {
  return `${Math.floor((ms ?? 0) / 1_000)}.000000`;
}

function botFields(world: World): Json {
  const { app, team, people } = world.settings.seed;
  const name = people.find(({ id }) => id === app.botUser)?.name ?? 'bot';
  return {
    bot_id: app.botId,
    app_id: app.id,
    bot_profile: { id: app.botId, app_id: app.id, name, deleted: false, team_id: team.id },
  };
}

function threadFields(replies: readonly Message[]): Json {
  const users = [...new Set(replies.map(({ user }) => user))];
  return {
    reply_count: replies.length,
    reply_users: users,
    reply_users_count: users.length,
    latest_reply: replies.at(-1)?.ts,
  };
}

function reactionsOf(message: Message): readonly Json[] {
  return Object.entries(message.reactions).map(([name, users]) => ({ name, users, count: users.length }));
}

function filesOf(world: World, message: Message): readonly Json[] {
  return message.files.flatMap((id) => {
    const file = world.state.files.get(id);
    return file === undefined ? [] : [fileObject(world, file)];
  });
}
