import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { Hub } from './hub.ts';
import type { Channel, Message, StoredFile } from './model.ts';
import type { State } from './state.ts';

const JsonObject = z.record(z.string(), z.unknown());

const KeptMessage = z.object({
  channel: z.string(),
  ts: z.string(),
  user: z.string(),
  text: z.string(),
  blocks: z.array(JsonObject),
  attachments: z.array(JsonObject),
  threadTs: z.string().nullable(),
  isBroadcast: z.boolean(),
  onlyFor: z.null(),
  metadata: z.object({ event_type: z.string(), event_payload: JsonObject }).nullable(),
  editedAt: z.number().nullable(),
  files: z.array(z.string()),
  reactions: z.record(z.string(), z.array(z.string())),
  isPinned: z.boolean(),
});

const KeptFile = z.object({
  id: z.string(),
  name: z.string(),
  title: z.string(),
  altText: z.string(),
  user: z.string(),
  createdAt: z.number(),
  readyAt: z.number(),
  isSnippet: z.boolean(),
  channels: z.array(z.string()),
  base64: z.string(),
});

const Line = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('message'), message: KeptMessage }),
  z.object({ kind: z.literal('gone'), channel: z.string(), ts: z.string() }),
  z.object({ kind: z.literal('file'), file: KeptFile }),
  z.object({ kind: z.literal('members'), channel: z.string(), members: z.array(z.string()) }),
  z.object({ kind: z.literal('reset') }),
]);
type Line = z.infer<typeof Line>;

/** What a file may hold before it is written anew with only the newest of every channel. */
const bounds = { linesMax: 5_000, messagesPerChannel: 300, fileBytesMax: 256 * 1024 } as const;

/**
 * Reads what was kept into the state, and from then on writes down every message that is not ephemeral, and small
 * files. A line that cannot be read is skipped: a torn last line after a crash costs one message, not the workspace.
 * @throws when the file cannot be read or written.
 */
export function keepIn(path: string, state: State, hub: Hub): void {
  mkdirSync(dirname(path), { recursive: true });
  if (existsSync(path)) restore(readFileSync(path, 'utf8').split('\n'), state);
  let count = rewrite(path, state);
  const keptFiles = new Set(state.files.keys());

  const append = (line: Line): void => {
    appendFileSync(path, `${JSON.stringify(line)}\n`);
    count += 1;
    if (count > bounds.linesMax) count = rewrite(path, state);
  };
  const keepMessage = (message: Message): void => {
    for (const file of filesOf(message, state).filter(({ id }) => !keptFiles.has(id))) {
      keptFiles.add(file.id);
      append(fileLine(file));
    }
    append(messageLine(message));
  };
  hub.listen((notice) => {
    if (notice.kind === 'reset') append({ kind: 'reset' });
    if (notice.kind === 'channel') append(membersLine(notice.channel));
    if (notice.kind !== 'message' && notice.kind !== 'message-gone') return;
    const { message } = notice;
    if (message.onlyFor !== null) return;
    if (notice.kind === 'message') keepMessage(message);
    else append({ kind: 'gone', channel: message.channel, ts: message.ts });
  });
}

function restore(lines: readonly string[], state: State): void {
  for (const text of lines) {
    const line = read(text);
    if (line?.kind === 'message' && state.channels.has(line.message.channel)) state.putMessage(line.message);
    if (line?.kind === 'gone') state.removeMessage(line.channel, line.ts);
    if (line?.kind === 'members') setMembers(state, line);
    if (line?.kind === 'reset') state.reset();
    if (line?.kind === 'file') {
      const { base64, ...file } = line.file;
      state.putFile({ ...file, bytes: Buffer.from(base64, 'base64') });
    }
  }
}

function setMembers(state: State, line: Extract<Line, { kind: 'members' }>): void {
  const channel = state.channels.get(line.channel);
  if (channel === undefined) return;
  state.putChannel({ ...channel, members: line.members.filter((id) => state.people.has(id)) });
}

function membersLine({ id, members }: Channel): Line {
  return { kind: 'members', channel: id, members: [...members] };
}

function read(text: string): Line | null {
  try {
    return Line.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

/** Written beside the file and moved over it, so that a crash leaves the old one or the new one. */
function rewrite(path: string, state: State): number {
  const messages = [...state.channels.keys()].flatMap((channel) =>
    state
      .messagesIn(channel)
      .filter(({ onlyFor }) => onlyFor === null)
      .slice(-bounds.messagesPerChannel),
  );
  const files = new Set(messages.flatMap((message) => filesOf(message, state)));
  const members = [...state.channels.values()].map(membersLine);
  const lines = [...members, ...[...files].map(fileLine), ...messages.map(messageLine)];
  writeFileSync(`${path}.new`, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  renameSync(`${path}.new`, path);
  return lines.length;
}

function filesOf(message: Message, state: State): readonly StoredFile[] {
  return message.files.flatMap((id) => {
    const file = state.files.get(id);
    return file === undefined || file.bytes.length > bounds.fileBytesMax ? [] : [file];
  });
}

function messageLine(message: Message): Line {
  const plain: unknown = JSON.parse(JSON.stringify(message));
  return { kind: 'message', message: KeptMessage.parse(plain) };
}

function fileLine({ bytes, ...file }: StoredFile): Line {
  return { kind: 'file', file: { ...file, channels: [...file.channels], base64: bytes.toString('base64') } };
}
