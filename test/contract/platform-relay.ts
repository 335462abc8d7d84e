import { connect, createServer, type Server, type Socket } from 'node:net';
import { portOf } from '../../src/platform/local/runner/proxy.ts';

/** Stands in the line between a platform and what it calls, counts the calls, and loses some of them on purpose. */
export type Relay = {
  connect(path: string): Socket;
  calls(): number;
  loseNextAnswer(): void;
  loseNextCall(): void;
  close(): Promise<void>;
};

export async function openRelay(): Promise<Relay> {
  const paths: string[] = [];
  const sockets = new Set<Socket>();
  let calls = 0;
  let next: 'pass' | 'lose-answer' | 'lose-call' = 'pass';

  const server: Server = createServer((near) => {
    const mode = next;
    next = 'pass';
    sockets.add(near);
    near.on('error', () => undefined);
    if (mode === 'lose-call') {
      near.once('data', () => near.destroy());
      return;
    }
    const far = connect(paths.shift() ?? '');
    sockets.add(far);
    far.on('error', () => near.destroy());
    near.on('close', () => far.destroy());
    near.pipe(far);
    if (mode === 'lose-answer') far.once('data', () => near.destroy());
    else far.pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    connect(path) {
      calls += 1;
      paths.push(path);
      return connect(portOf(server as never), '127.0.0.1');
    },
    calls: () => calls,
    loseNextAnswer: () => {
      next = 'lose-answer';
    },
    loseNextCall: () => {
      next = 'lose-call';
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
