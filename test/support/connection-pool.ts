import { once } from 'node:events';
import { createServer, connect as dial, type Socket } from 'node:net';

const SSL_REQUEST = 80_877_103;

/** Which of its connections a pool gives to a client for what it says, both counted from 0. */
export type Choose = (client: number, said: string) => number;

/**
 * A pool between clients and Postgres: as PgBouncer and others keep it, each client has a session of its own, or a
 * connection only for each transaction. Speaks version 3 of the protocol, without passwords.
 * @param choose left out: there is one connection for everybody
 */
export async function openPool(url: string, mode: 'session' | 'transaction', choose: Choose = () => 0) {
  const sockets = new Set<Socket>();
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    return socket;
  };
  const shared = new Map<number, Promise<Backend>>();
  const sharedFor = (client: number, said: string) => {
    const chosen = choose(client, said);
    const known = shared.get(chosen) ?? openBackend(url, keep);
    shared.set(chosen, known);
    return known;
  };
  let clients = 0;
  const server = createServer((socket) => {
    const client = clients++;
    let own: Promise<Backend> | null = null;
    serve(keep(socket), (said) => {
      if (mode === 'transaction') return sharedFor(client, said);
      own ??= openBackend(url, keep);
      return own;
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const pooled = new URL(url);
  pooled.port = String(typeof address === 'object' ? address?.port : '');
  return {
    url: pooled.href,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Hands on what a client says until the server is ready for the next, one client after the other. */
type Backend = { ask(bytes: Buffer, client: Socket): Promise<void> };

async function openBackend(url: string, keep: (socket: Socket) => Socket): Promise<Backend> {
  const { hostname, port, username, pathname } = new URL(url);
  const socket = keep(dial(Number(port), hostname));
  await once(socket, 'connect');
  const words = ['user', username, 'database', pathname.slice(1), 'client_encoding', 'UTF8', '', ''].join(
    '\0',
  );
  const start = Buffer.concat([number(8 + words.length), number(196_608), Buffer.from(words)]);
  const ask = async (bytes: Buffer, client: Socket | null) => {
    let rest: Buffer = Buffer.alloc(0);
    socket.write(bytes);
    for await (const [chunk] of on(socket)) {
      client?.write(chunk);
      const { messages, left } = messagesIn(Buffer.concat([rest, chunk]));
      rest = left;
      if (messages.some(({ type }) => type === 'Z')) return;
    }
  };
  await ask(start, null);
  let turn: Promise<void> = Promise.resolve();
  return {
    ask(bytes, client) {
      turn = turn.then(() => ask(bytes, client));
      return turn;
    },
  };
}

async function* on(socket: Socket): AsyncGenerator<[Buffer]> {
  while (!socket.destroyed) yield (await once(socket, 'data')) as [Buffer];
}

function serve(client: Socket, backendFor: (said: string) => Promise<Backend>): void {
  let rest: Buffer = Buffer.alloc(0);
  let said: Buffer = Buffer.alloc(0);
  let isIn = false;
  client.on('data', (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    if (!isIn) {
      if (rest.readInt32BE(4) === SSL_REQUEST) {
        rest = rest.subarray(8);
        client.write('N');
      }
      if (rest.length < 8) return;
      rest = rest.subarray(rest.readInt32BE(0));
      isIn = true;
      // It lets them in itself, under a number of its own, before it has asked anybody.
      client.write(
        Buffer.concat([message('R', number(0)), message('K', number(7), number(7)), message('Z', 'I')]),
      );
    }
    const { messages, left } = messagesIn(rest);
    rest = left;
    for (const { type, bytes } of messages) {
      said = Buffer.concat([said, bytes]);
      if (type === 'X') return void client.end();
      if (type !== 'Q' && type !== 'S') continue;
      const whole = said;
      said = Buffer.alloc(0);
      void backendFor(whole.toString('latin1')).then((found) => found.ask(whole, client));
    }
  });
}

function messagesIn(bytes: Buffer) {
  const messages: { type: string; bytes: Buffer }[] = [];
  let at = 0;
  while (bytes.length >= at + 5) {
    const end = at + 1 + bytes.readInt32BE(at + 1);
    if (bytes.length < end) break;
    messages.push({ type: String.fromCharCode(bytes[at] ?? 0), bytes: bytes.subarray(at, end) });
    at = end;
  }
  return { messages, left: bytes.subarray(at) };
}

function message(type: string, ...parts: (Buffer | string)[]): Buffer {
  const body = Buffer.concat(parts.map((part) => Buffer.from(part)));
  return Buffer.concat([Buffer.from(type), number(4 + body.length), body]);
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
