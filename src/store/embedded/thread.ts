import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import { invariant } from '../../core/bug.ts';
import type { FromThread, ThreadOrder, ToThread } from './messages.ts';
import { Session } from './session.ts';

/*
 * The thread that the embedded database lives in, so that a query never holds up the program's event loop.
 *
 * PGlite is Postgres in single-user mode: nothing there writes checkpoints or cleans up by itself. Without a
 * checkpoint the write-ahead log grows for ever (177 MB for 50,000 jobs, 49 MB with), and without VACUUM the tables do.
 */
const LOOK_AFTER_MS = 1_000;
const CHECKPOINT_EVERY_MS = 60_000;
const VACUUM_EVERY_MS = 5 * 60_000;
/** As `idle_in_transaction_session_timeout` on a real server. */
const SILENCE_MAX_MS = 15_000;

const { folder, task } = workerData as ThreadOrder;
invariant(parentPort !== null, 'thread.ts is the entry of a worker thread');
const port: MessagePort = parentPort;

// 32 MB of buffers instead of 128 halve the memory of the process (301 to 183 MB).
const db = await PGlite.create({
  dataDir: folder,
  startParams: [...PGlite.defaultStartParams, '-c', 'shared_buffers=32MB'],
});

if (task === 'create') await close();
else await serve();

async function serve(): Promise<void> {
  // BullMQ's statements name no schema; ours always do.
  await db.exec(`set timezone to 'UTC'; set search_path to bullmq, public`);
  const session = new Session(
    (bytes) => db.execProtocolRaw(bytes, { syncToFs: true }),
    (connection, bytes) =>
      say(bytes === null ? { kind: 'ended', connection } : { kind: 'bytes', connection, bytes }),
    () => performance.now(),
  );
  const stopLooking = lookAfter(session);
  port.on('message', (message: ToThread) => {
    if (message.kind === 'open') session.open(message.connection);
    else if (message.kind === 'bytes') session.receive(message.connection, Buffer.from(message.bytes));
    else if (message.kind === 'end') session.end(message.connection);
    else {
      stopLooking();
      void session.stop().then(close);
    }
  });
  say({ kind: 'ready' });
}

function lookAfter(session: Session): () => void {
  let seconds = 0;
  let isUnsaved = false;
  let isUnclean = false;
  const timer = setInterval(() => {
    seconds += 1;
    session.breakSilence(SILENCE_MAX_MS);
    if (session.wasUsed()) {
      isUnsaved = true;
      isUnclean = true;
    }
    if (isUnclean && seconds % (VACUUM_EVERY_MS / LOOK_AFTER_MS) === 0) {
      session.maintain('vacuum (analyze)');
      isUnclean = false;
    }
    if (isUnsaved && seconds % (CHECKPOINT_EVERY_MS / LOOK_AFTER_MS) === 0) {
      session.maintain('checkpoint');
      isUnsaved = false;
    }
  }, LOOK_AFTER_MS);
  return () => clearInterval(timer);
}

async function close(): Promise<void> {
  await db.close();
  say({ kind: 'closed' });
  port.close();
}

function say(message: FromThread): void {
  port.postMessage(message);
}
