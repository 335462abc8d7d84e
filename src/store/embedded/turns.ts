import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** A stream to the one session that there is. */
type Wire = Duplex & { connect(): unknown };

type Session = {
  wire(): Wire;
  /** Makes the session as if nobody had used it. */
  reset(): Promise<void>;
};

export type Turns = {
  attend(socket: Socket): void;
  /** Lets nobody in any more and hangs up on whoever is there. */
  close(): Promise<void>;
};

/** Whoever says nothing for this long while others wait has had their turn. */
const SILENCE_MAX_MS = 5_000;

/** Lets one connection in at a time, in the order in which they came, each to a session as good as new. */
export function openTurns({ wire, reset }: Session): Turns {
  const waiting = new Set<Socket>();
  let isClosed = false;
  let last: Promise<void> = Promise.resolve();
  let inside: Socket | null = null;

  async function turn(socket: Socket): Promise<void> {
    waiting.delete(socket);
    if (isClosed || socket.destroyed) {
      socket.destroy();
      return;
    }
    inside = socket;
    try {
      await reset();
      if (!socket.destroyed) await served(socket, wire(), () => waiting.size > 0);
    } finally {
      inside = null;
      socket.destroy();
    }
  }

  return {
    attend(socket) {
      // Whoever hangs up is seen when their turn comes.
      socket.on('error', () => undefined);
      waiting.add(socket);
      last = last.then(() => turn(socket)).catch(() => undefined);
    },
    async close() {
      isClosed = true;
      inside?.destroy();
      for (const socket of waiting) socket.destroy();
      await last;
    },
  };
}

/** Resolves when either end has hung up and the other one knows. */
function served(socket: Socket, wire: Wire, isAwaited: () => boolean): Promise<void> {
  let isAnswered = true;
  socket.on('data', () => {
    isAnswered = false;
  });
  wire.on('data', () => {
    isAnswered = true;
  });
  socket.setTimeout(SILENCE_MAX_MS, () => {
    // A statement that takes its time is no silence.
    if (isAnswered && isAwaited()) socket.destroy();
  });
  const over = new Promise<void>((resolve) => {
    wire.once('close', resolve);
    wire.once('error', () => resolve());
  });
  socket.once('close', () => wire.destroy());
  wire.once('close', () => socket.end());
  wire.connect();
  socket.pipe(wire).pipe(socket);
  return over;
}
