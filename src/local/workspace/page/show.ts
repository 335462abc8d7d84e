import type { Channel, Message, View } from '../model.ts';
import { textAt } from '../model.ts';
import type { ChannelView, MessageView, ModalView, PersonView, Snapshot } from '../page-contract.ts';
import { maySee } from '../state.ts';
import type { World } from '../world.ts';

export function messageView(world: World, message: Message): MessageView {
  return {
    ts: message.ts,
    channel: message.channel,
    user: message.user,
    text: message.text,
    blocks: [...message.blocks, ...attachedBlocks(message)],
    threadTs: message.threadTs,
    replyCount: world.state.repliesTo(message.channel, message.ts).length,
    isBroadcast: message.isBroadcast,
    isEphemeral: message.onlyFor !== null,
    editedAt: message.editedAt,
    files: message.files.flatMap((id) => {
      const file = world.state.files.get(id);
      return file === undefined ? [] : [{ id, name: file.name, title: file.title, bytes: file.bytes.length }];
    }),
    reactions: Object.entries(message.reactions).map(([name, users]) => ({ name, users })),
    ...(message.answers === undefined ? {} : { answers: message.answers }),
  };
}

function attachedBlocks(message: Message): readonly unknown[] {
  return message.attachments.flatMap(({ blocks }) => (Array.isArray(blocks) ? blocks : []));
}

export function channelView(world: World, channel: Channel, me: string): ChannelView {
  const other = channel.members.find((id) => id !== me) ?? me;
  const name = channel.kind === 'direct' ? (world.state.people.get(other)?.name ?? other) : channel.name;
  return {
    id: channel.id,
    name,
    kind: channel.kind === 'direct' ? 'direct' : 'channel',
    topic: channel.topic,
  };
}

export function modalView(view: View): ModalView {
  return {
    id: view.id,
    hash: view.hash,
    title: textAt(view.content, 'title', 'text') ?? '',
    submit: textAt(view.content, 'submit', 'text'),
    close: textAt(view.content, 'close', 'text'),
    blocks: view.blocks,
    errors: view.errors,
    isBusy: view.isBusy,
  };
}

export function modalViews(world: World, user: string): readonly ModalView[] {
  return world.screens.stack(user).map(modalView);
}

export function homeView(world: World, user: string): Snapshot['home'] {
  const view = world.screens.home(user);
  return view === null ? null : { blocks: view.blocks };
}

export function channelsOf(world: World, user: string): readonly Channel[] {
  return [...world.state.channels.values()].filter(({ members }) => members.includes(user));
}

/** Everything that this person may see now. A reload loses ephemeral messages, as in Slack. */
export function snapshot(world: World, me: string): Snapshot {
  const channels = channelsOf(world, me);
  const { features } = world.settings.manifest;
  return {
    me,
    people: [...world.state.people.values()].map(personView),
    channels: channels.map((channel) => channelView(world, channel, me)),
    messages: Object.fromEntries(channels.map(({ id }) => [id, shownIn(world, me, id)])),
    modals: modalViews(world, me),
    home: homeView(world, me),
    commands: features.slash_commands.map(({ command, description, usage_hint }) => ({
      command,
      description,
      usageHint: usage_hint,
    })),
    shortcuts: features.shortcuts.map(({ callback_id, name, type }) => ({
      callbackId: callback_id,
      name,
      type,
    })),
    faults: world.faults(),
    wire: world.wire.lines(),
    connection: world.connection(),
  };
}

function shownIn(world: World, me: string, channel: string): readonly MessageView[] {
  return world.state
    .messagesIn(channel)
    .filter((message) => message.onlyFor === null && maySee(world.state, me, message))
    .map((message) => messageView(world, message));
}

function personView(person: PersonView): PersonView {
  const { id, name, realName, about, isBot, isGuest, colour } = person;
  return { id, name, realName, about, isBot, isGuest, colour };
}
