import { writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import type { Unavailable } from './postgres.ts';
import { findProgram, freePort, INSTALL, removeFolder, run, temporaryFolder, untilReady } from './server.ts';

/** A real HAProxy of our own in a temporary folder. */
export type TestHaproxy = {
  readonly socket: string;
  readonly url: string;
  /** Starts it again with the same configuration file: what was said at run time is forgotten. */
  restart(): Promise<void>;
  stop(): Promise<void>;
};

/** Lines of the one backend, called `shop`. */
export type Backend = readonly string[];

export async function startHaproxy(backend: Backend, level = 'admin'): Promise<TestHaproxy | Unavailable> {
  const program = findProgram('haproxy', ['/usr/sbin', '/usr/local/sbin']);
  if (program === null) return { unavailable: 'no HAProxy is installed', install: INSTALL };
  const folder = temporaryFolder('haproxy', null);
  const socket = join(folder, 'admin.sock');
  const file = join(folder, 'haproxy.cfg');
  const port = await freePort();
  writeFileSync(file, `${configuration(socket, level, port, backend)}\n`);
  const begin = async () => {
    const running = await run(program, ['-db', '-f', file], null);
    await untilReady('HAProxy', () => connectsTo(socket), running);
    return running;
  };
  let running = await begin();
  return {
    socket,
    url: `http://127.0.0.1:${port}`,
    async restart() {
      await running.kill('SIGKILL');
      running = await begin();
    },
    async stop() {
      await running.kill('SIGKILL');
      removeFolder(folder);
    },
  };
}

/** One thread: shares are exact within each of them only. */
function configuration(socket: string, level: string, port: number, backend: Backend): string {
  return [
    'global',
    `  stats socket ${socket} mode 600 level ${level}`,
    '  nbthread 1',
    'defaults',
    '  mode http',
    '  retries 0',
    '  timeout connect 2s',
    '  timeout client 20s',
    '  timeout server 20s',
    'frontend people',
    `  bind 127.0.0.1:${port}`,
    '  default_backend shop',
    'backend shop',
    ...backend.map((line) => `  ${line}`),
    'backend by-source',
    '  balance source',
    '  server blue 127.0.0.1:9',
  ].join('\n');
}

function connectsTo(socket: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const connection = createConnection(socket, () => {
      connection.destroy();
      resolve();
    });
    connection.on('error', reject);
  });
}
