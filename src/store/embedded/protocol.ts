/**
 * As much of the Postgres wire protocol, version 3, as it takes to let many connections share one session
 * (https://www.postgresql.org/docs/18/protocol-message-formats.html). A message is a letter, its length, its body.
 */

/** A message to the session, by its letter. */
const QUERY = 0x51;
const PARSE = 0x50;
const SYNC = 0x53;
const TERMINATE = 0x58;

/** A message from the session. */
const NOTIFICATION = 0x41;
const READY = 0x5a;
const IDLE = 0x49;

/** One round trip: everything up to and including the message that asks for an answer. */
export type Batch = {
  readonly bytes: Buffer;
  readonly listening: Listening | null;
};

export type Listening = { readonly kind: 'listen' | 'unlisten'; readonly channel: string };

/** Cuts what arrived into whole batches; the rest is kept for when more arrives. */
export function readBatches(bytes: Buffer): { batches: Batch[]; rest: Buffer; isTerminated: boolean } {
  const batches: Batch[] = [];
  let listening: Listening | null = null;
  let from = 0;
  for (const { letter, start, end } of messages(bytes)) {
    if (letter === TERMINATE) return { batches, rest: Buffer.alloc(0), isTerminated: true };
    if (letter === QUERY || letter === PARSE)
      listening ??= listeningOf(statementOf(letter, bytes, start, end));
    if (letter !== QUERY && letter !== SYNC) continue;
    batches.push({ bytes: bytes.subarray(from, end), listening });
    listening = null;
    from = end;
  }
  return { batches, rest: bytes.subarray(from), isTerminated: false };
}

/** The first message of a connection has no letter, only its length; null while it is not whole. */
export function afterStartup(bytes: Buffer): Buffer | null {
  if (bytes.length < 4) return null;
  const length = bytes.readInt32BE(0);
  return bytes.length < length ? null : bytes.subarray(length);
}

/** What the session said: notifications apart, because they are for whoever listens, not for whoever asked. */
export function readAnswer(bytes: Buffer): {
  answer: Buffer;
  notifications: { channel: string; bytes: Buffer }[];
  isIdle: boolean;
} {
  const answers: Buffer[] = [];
  const notifications: { channel: string; bytes: Buffer }[] = [];
  let isIdle = true;
  let from = 0;
  for (const { letter, start, end } of messages(bytes)) {
    if (letter === READY) isIdle = bytes[start + 5] === IDLE;
    if (letter !== NOTIFICATION) continue;
    answers.push(bytes.subarray(from, start));
    // Letter, length and the sender's process id come before the channel.
    notifications.push({ channel: textAt(bytes, start + 9), bytes: bytes.subarray(start, end) });
    from = end;
  }
  answers.push(bytes.subarray(from));
  return { answer: Buffer.concat(answers), notifications, isIdle };
}

function* messages(bytes: Buffer): Generator<{ letter: number; start: number; end: number }> {
  for (let start = 0; bytes.length - start >= 5; ) {
    const end = start + 1 + bytes.readInt32BE(start + 1);
    if (end > bytes.length) return;
    yield { letter: bytes[start] ?? 0, start, end };
    start = end;
  }
}

function statementOf(letter: number, bytes: Buffer, start: number, end: number): string {
  const body = start + 5;
  const text = letter === QUERY ? body : body + Buffer.byteLength(textAt(bytes, body)) + 1;
  // Only its beginning matters, and a statement may be megabytes long.
  return bytes.toString('utf8', text, Math.min(end, text + 1_000));
}

function textAt(bytes: Buffer, start: number): string {
  return bytes.toString('utf8', start, bytes.indexOf(0, start));
}

/** `LISTEN channel` as a statement of its own, after any comments. */
function listeningOf(statement: string): Listening | null {
  const match = /^(?:\s|--[^\n]*\n)*(un)?listen\s+("?)([\w$*]+)\2/i.exec(statement);
  if (match === null) return null;
  const [, un, quote, name = ''] = match;
  return {
    kind: un === undefined ? 'listen' : 'unlisten',
    channel: quote === '"' ? name : name.toLowerCase(),
  };
}

/** What a server says to a new connection: come in without a password, these are my settings, I am ready. */
export function greeting(): Buffer {
  const settings = {
    server_version: '18.0',
    server_encoding: 'UTF8',
    client_encoding: 'UTF8',
    DateStyle: 'ISO, MDY',
    integer_datetimes: 'on',
    standard_conforming_strings: 'on',
    TimeZone: 'UTC',
  };
  return Buffer.concat([
    message('R', integer(0)),
    ...Object.entries(settings).map(([name, value]) => message('S', text(name), text(value))),
    message('K', integer(1), integer(1)),
    message('Z', Buffer.from('I')),
  ]);
}

export function simpleQuery(sql: string): Batch {
  return { bytes: message('Q', text(sql)), listening: null };
}

/** The last words to a connection that is being closed. `code` is an SQLSTATE. */
export function fatal(code: string, reason: string): Buffer {
  const fields = { S: 'FATAL', V: 'FATAL', C: code, M: reason };
  const written = Object.entries(fields).map(([field, value]) => text(field + value));
  return message('E', ...written, Buffer.alloc(1));
}

function message(letter: string, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from(letter), integer(4 + body.length), body]);
}

function text(value: string): Buffer {
  return Buffer.from(`${value}\0`);
}

function integer(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
