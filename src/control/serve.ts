import { randomBytes } from 'node:crypto';
import { chmod, rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { openPlace } from '../store/index.ts';
import type { PartLog } from '../telemetry/index.ts';
import { openControlFolder, socketsIn } from './folder.ts';
import { hearLine } from './one-line.ts';
import { REQUEST_BYTES_MAX, type Request, type Response, readRequest } from './protocol.ts';

export type ControlSettings = {
  readonly home: string;
  /** Of this process: only the same user, and root, can open the socket. */
  readonly uid: number;
  readonly pid: number;
  readonly log: PartLog;
  answer(request: Request): Promise<Response>;
};

const HEAR_WITHIN_MS = 5_000;
const AT_ONCE_MAX = 16;

/**
 * Answers the command line of this host, at a socket in the home folder that nobody but this user can open. It needs
 * neither Slack nor a queue. Answers how to stop.
 * @throws when the folder cannot be made safe.
 */
export async function serveControl(settings: ControlSettings): Promise<() => Promise<void>> {
  const { home, uid, pid, log } = settings;
  const folder = await openControlFolder(home, uid);
  await forgetDead(home, uid);
  const place = openPlace(folder);
  const name = `${pid}-${randomBytes(4).toString('hex')}.sock`;
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    socket.on('error', () => socket.destroy());
    void serve(settings, socket).catch((error: unknown) => {
      log.error({ error: String(error) }, 'the command line could not be answered');
      socket.destroy();
    });
  });
  server.maxConnections = AT_ONCE_MAX;
  await listen(server, place.address(name));
  await chmod(join(folder, name), 0o600);
  server.unref();
  return async () => {
    for (const socket of open) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
    await rm(join(folder, name), { force: true });
    place.close();
  };
}

function listen(server: Server, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(address, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function serve({ answer, log }: ControlSettings, socket: Socket): Promise<void> {
  const heard = await hearLine(socket, REQUEST_BYTES_MAX, HEAR_WITHIN_MS);
  // What comes after the one line is not even kept.
  socket.resume();
  if (heard.kind === 'cut-off') return void socket.destroy();
  const request = heard.kind === 'line' ? readRequest(heard.line) : 'One line, of at most 64 kB, is heard.';
  if (typeof request === 'string') {
    log.warn({ because: request.slice(0, 200) }, 'the command line asked for nothing that is known');
    return say(socket, { v: 1, kind: 'broken', because: request });
  }
  say(socket, await answer(request));
}

function say(socket: Socket, response: Response): void {
  socket.end(`${JSON.stringify(response)}\n`);
}

/** A socket that nobody answers at was left by a process that was killed. */
async function forgetDead(home: string, uid: number): Promise<void> {
  const found = await socketsIn(home, uid);
  if (found.kind !== 'sockets') return;
  const { folder } = found;
  const place = openPlace(folder);
  await Promise.all(
    found.names.map(async (name) => {
      if (await isDead(place.address(name))) await rm(join(folder, name), { force: true });
    }),
  );
  place.close();
}

function isDead(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(address, () => {
      socket.destroy();
      resolve(false);
    });
    socket.on('error', ({ code }: NodeJS.ErrnoException) => resolve(code === 'ECONNREFUSED'));
  });
}
