import { connect } from 'node:net';
import type { Unavailable } from './postgres.ts';
import {
  findProgram,
  freePort,
  INSTALL,
  type Running,
  removeFolder,
  run,
  temporaryFolder,
  unprivileged,
  untilReady,
} from './server.ts';

/** A real Redis server of our own that keeps nothing on disk: what it forgets, it forgets for good. */
export type TestRedis = {
  readonly url: string;
  kill9(): Promise<void>;
  /** Starts it again, on the same port and empty; kills it first where it runs. */
  restart(): Promise<void>;
  /** Forgets everything. */
  flush(): Promise<void>;
  stop(): Promise<void>;
};

/** Starts a server, or says why there is none. */
export async function startRedis(): Promise<TestRedis | Unavailable> {
  const program = findProgram('redis-server');
  if (program === null) return { unavailable: 'no Redis server is installed', install: INSTALL };
  const person = unprivileged();
  const folder = temporaryFolder('redis', person);
  const port = await freePort();
  const args = [
    '--bind',
    '127.0.0.1',
    '--port',
    `${port}`,
    '--dir',
    folder,
    '--save',
    '',
    '--appendonly',
    'no',
  ];
  let running: Running | null = null;

  const kill9 = async () => {
    await running?.kill('SIGKILL');
    running = null;
  };
  const restart = async () => {
    await kill9();
    running = await run(program, args, person);
    await untilReady('Redis', () => tell(port, 'PING', '+PONG'), running);
  };
  await restart();
  return {
    url: `redis://127.0.0.1:${port}`,
    kill9,
    restart,
    flush: () => tell(port, 'FLUSHALL', '+OK'),
    stop: async () => {
      await kill9();
      removeFolder(folder);
    },
  };
}

/** Sends one inline command; rejects unless the answer is the expected one. */
function tell(port: number, command: string, expected: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(`${command}\r\n`));
    socket.setTimeout(2_000, () => socket.destroy(new Error('Redis did not answer')));
    socket.on('error', reject);
    socket.on('data', (answer) => {
      socket.destroy();
      if (answer.toString().startsWith(expected)) resolve();
      else reject(new Error(`Redis answered ${answer.toString().trim()}`));
    });
  });
}
