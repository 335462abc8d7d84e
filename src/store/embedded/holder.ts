import { connect, createServer, type Server } from 'node:net';
import { z } from 'zod';

/** Who has a folder: what the socket in it answers with. */
export const Holder = z.object({ pid: z.number(), startedAtMs: z.number() });
export type Holder = z.infer<typeof Holder>;

/** A holder that is stopped or very busy still has the folder, whether it answers or not. */
const ANSWER_WITHIN_MS = 2_000;

/** Answers whoever connects. Does not keep the process alive. */
export function answerAt(address: string, me: Holder): Promise<Server> {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.end(JSON.stringify(me));
  });
  server.unref();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(address, () => resolve(server));
  });
}

/**
 * Who answers there: what they say, or `known` when they take the connection and say nothing. Null when nobody does,
 * which is certain only where the system says that nobody listens; any other error is thrown, for not knowing is no yes.
 */
export function askAt(address: string, known: Holder): Promise<Holder | null> {
  return new Promise((resolve, reject) => {
    const socket = connect(address);
    let answer = '';
    socket.setTimeout(ANSWER_WITHIN_MS, () => socket.destroy());
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => {
      answer += text;
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED' || error.code === 'ENOENT') resolve(null);
      else if (error.code === 'EAGAIN' || error.code === 'ECONNRESET') resolve(known);
      else reject(error);
    });
    socket.on('close', () => resolve(read(answer) ?? { pid: known.pid, startedAtMs: known.startedAtMs }));
  });
}

function read(answer: string): Holder | null {
  try {
    return Holder.parse(JSON.parse(answer));
  } catch {
    return null;
  }
}
