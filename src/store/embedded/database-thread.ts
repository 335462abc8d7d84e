import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { FromThread, ThreadOrder, ToThread } from './messages.ts';
import { type Line, Wire } from './wire.ts';

/** The thread with the open database, seen from the program. */
export type Served = {
  /** A new connection, as a stream that speaks the Postgres protocol. */
  wire(): Wire;
  close(): Promise<void>;
};

/** Makes a new database in an empty folder, in a thread of its own: what that takes of memory goes with the thread. */
export async function createDatabase(folder: string): Promise<void> {
  const thread = start({ folder, task: 'create' });
  const failed = once(thread, 'error').then(([error]) => Promise.reject(error));
  await Promise.race([once(thread, 'exit'), failed]);
}

export async function serveDatabase(folder: string): Promise<Served> {
  const thread = start({ folder, task: 'serve' });
  const wires = new Map<number, Wire>();
  const order = (message: ToThread) => thread.postMessage(message);
  let lost: Error | null = null;
  const line: Line = {
    open: (wire) => {
      if (lost !== null) {
        wire.destroy(lost);
        return;
      }
      wires.set(wire.id, wire);
      order({ kind: 'open', connection: wire.id });
    },
    write: (wire, bytes) => order({ kind: 'bytes', connection: wire.id, bytes }),
    end: (wire) => {
      if (wires.delete(wire.id)) order({ kind: 'end', connection: wire.id });
    },
  };
  const loseAll = (reason: string) => {
    lost ??= new Error(`The embedded database has stopped: ${reason}. Start the program again.`);
    for (const wire of wires.values()) wire.destroy(lost);
    wires.clear();
  };
  thread.on('error', (error) => loseAll(error.message));
  thread.on('exit', () => loseAll('its thread has ended'));
  thread.on('message', (message: FromThread) => {
    if (message.kind === 'bytes') wires.get(message.connection)?.push(Buffer.from(message.bytes));
    if (message.kind === 'ended') hangUp(wires, message.connection);
  });
  await said(thread, 'ready');
  return {
    wire: () => new Wire(line),
    close: async () => {
      if (lost !== null) return;
      order({ kind: 'close' });
      await said(thread, 'closed');
      await thread.terminate();
    },
  };
}

function hangUp(wires: Map<number, Wire>, connection: number): void {
  const wire = wires.get(connection);
  wires.delete(connection);
  wire?.push(null);
  wire?.destroy();
}

/** @throws what ended the thread, when it ends before it says so. */
function said(thread: Worker, kind: FromThread['kind']): Promise<void> {
  return new Promise((resolve, reject) => {
    thread.once('error', reject);
    thread.once('exit', () => reject(new Error('The thread of the embedded database has ended.')));
    thread.on('message', (message: FromThread) => {
      if (message.kind === kind) resolve();
    });
  });
}

/** Node runs JavaScript only: from the sources, the compiled thread is started. */
function start(order: ThreadOrder): Worker {
  const file = import.meta.url.endsWith('.ts')
    ? new URL('../../../dist/src/store/embedded/thread.js', import.meta.url)
    : new URL('./thread.js', import.meta.url);
  // Flags of the program, such as those for code from the command line, are none of the thread's business.
  return new Worker(file, { workerData: order, execArgv: [] });
}
