import type { Hub } from './hub.ts';
import type { Ids } from './ids.ts';
import type { Channel, Message, Person, StoredFile } from './model.ts';
import type { Seed } from './seed.ts';

/** What is kept in memory of one channel; the oldest go first, and ephemeral ones sooner. */
const kept = { messages: 5_000, ephemeral: 200 } as const;

/** People, channels, messages and files of the workspace; every change is told to the hub. */
export type State = {
  readonly people: ReadonlyMap<string, Person>;
  readonly channels: ReadonlyMap<string, Channel>;
  readonly files: ReadonlyMap<string, StoredFile>;
  /** By id, or by name with or without its `#`. */
  readonly channelNamed: (idOrName: string) => Channel | null;
  readonly directWith: (user: string) => Channel | null;
  /** Oldest first, ephemeral ones included. */
  readonly messagesIn: (channel: string) => readonly Message[];
  readonly message: (channel: string, ts: string) => Message | null;
  readonly repliesTo: (channel: string, ts: string) => readonly Message[];
  /** Adds it, or puts it in the place of the one with its `ts`. */
  readonly putMessage: (message: Message) => void;
  readonly removeMessage: (channel: string, ts: string) => void;
  readonly putFile: (file: StoredFile) => void;
  readonly putChannel: (channel: Channel) => void;
  readonly reset: () => void;
};

export function openState(seed: Seed, hub: Hub, ids: Ids): State {
  const people = new Map(seed.people.map((person) => [person.id, person]));
  const channels = new Map(seed.channels.map((channel) => [channel.id, channel]));
  const files = new Map<string, StoredFile>();
  const messages = new Map<string, Map<string, Message>>();

  const inChannel = (channel: string): Map<string, Message> => {
    const found = messages.get(channel) ?? new Map<string, Message>();
    messages.set(channel, found);
    return found;
  };
  const tellRoot = (message: Message): void => {
    const root = message.threadTs === null ? undefined : inChannel(message.channel).get(message.threadTs);
    if (root !== undefined && root.ts !== message.ts) hub.tell({ kind: 'message', message: root });
  };
  return {
    people,
    channels,
    files,
    channelNamed: (idOrName) => {
      const name = idOrName.replace(/^#/, '');
      const named = [...channels.values()].find((channel) => channel.name === name && name !== '');
      return channels.get(idOrName) ?? named ?? null;
    },
    directWith: (user) =>
      [...channels.values()].find(({ kind, members }) => kind === 'direct' && members.includes(user)) ?? null,
    // A `ts` is always later than all before it, so the order of insertion is the order of time.
    messagesIn: (channel) => [...inChannel(channel).values()],
    message: (channel, ts) => inChannel(channel).get(ts) ?? null,
    repliesTo: (channel, ts) =>
      [...inChannel(channel).values()].filter((message) => message.threadTs === ts && message.ts !== ts),
    putMessage: (message) => {
      ids.notBefore(message.ts);
      const isNew = !inChannel(message.channel).has(message.ts);
      inChannel(message.channel).set(message.ts, message);
      hub.tell({ kind: 'message', message });
      if (!isNew) return;
      forgetOldest(inChannel(message.channel));
      tellRoot(message);
    },
    removeMessage: (channel, ts) => {
      const message = inChannel(channel).get(ts);
      if (message === undefined) return;
      inChannel(channel).delete(ts);
      hub.tell({ kind: 'message-gone', message });
      tellRoot(message);
    },
    putFile: (file) => {
      files.set(file.id, file);
    },
    putChannel: (channel) => {
      channels.set(channel.id, channel);
      hub.tell({ kind: 'channel', channel });
    },
    reset: () => {
      messages.clear();
      files.clear();
      channels.clear();
      for (const channel of seed.channels) channels.set(channel.id, channel);
    },
  };
}

function forgetOldest(messages: Map<string, Message>): void {
  const ephemeral = [...messages.values()].filter(({ onlyFor }) => onlyFor !== null);
  const tooMany = [...messages.keys()].slice(0, Math.max(0, messages.size - kept.messages));
  const tooOld = ephemeral.slice(0, Math.max(0, ephemeral.length - kept.ephemeral)).map(({ ts }) => ts);
  for (const ts of [...tooMany, ...tooOld]) messages.delete(ts);
}

/** Whether this person is shown this message at all. */
export function maySee(state: State, user: string, message: Message): boolean {
  const isMember = state.channels.get(message.channel)?.members.includes(user) ?? false;
  return isMember && (message.onlyFor === null || message.onlyFor === user);
}
