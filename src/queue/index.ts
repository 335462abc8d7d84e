import type { OpenStore } from '../store/index.ts';
import type { PartLog } from '../telemetry/index.ts';
import { openBell, type RingingBell } from './bell.ts';
import type { Clock } from './clock.ts';
import { openConnection } from './connect.ts';
import { beat } from './heartbeat.ts';
import { listen } from './listener.ts';

export type QueueParts = {
  /** Null uses BullMQ's Postgres backend over `pool`. */
  readonly redisUrl: string | null;
  readonly pool: OpenStore['queuePool'];
  readonly clock: Clock;
  readonly log: PartLog;
};

/** BullMQ, and nothing of it outside this folder: bells that say that somebody should look at a deployment. */
export type Queue = {
  readonly kind: 'redis' | 'postgres';
  readonly bell: Pick<RingingBell, 'ring'>;
  /** Hears bells from now on; `onSilence` is called when they can no longer be heard. */
  startListening(
    visit: (deploymentId: string) => Promise<unknown>,
    onSilence: (silentMs: number) => void,
  ): void;
  /** Hears nothing more, lets the visits that are going on end, and lets go of the connections; at most `graceMs`. */
  close(graceMs: number): Promise<void>;
};

const LOOK_MS = 50;
/** Enough for whatever is still connected to say goodbye. */
const FAREWELL_MS = 2_000;

export async function openQueue({ redisUrl, pool, clock, log }: QueueParts): Promise<Queue> {
  const connection = await openConnection(redisUrl, pool);
  const bell = openBell(connection, log);
  const closing = new AbortController();
  const open: { close(): Promise<unknown> }[] = [bell];
  let visits = () => 0;
  async function still(): Promise<void> {
    while (visits() > 0) await clock.sleep(LOOK_MS);
    await clock.sleep(FAREWELL_MS);
  }
  return {
    kind: connection.kind,
    bell,
    startListening(visit, onSilence) {
      const listening = listen(connection, visit, clock.nowMs, log);
      const beating = beat(connection, listening, clock, closing.signal, log, onSilence);
      visits = listening.visits;
      open.unshift(listening, { close: () => beating });
    },
    async close(graceMs) {
      closing.abort();
      const closed = Promise.allSettled(open.map((each) => each.close()));
      // Over a connection that is gone nothing of BullMQ ever closes: then it is enough that no visit goes on.
      await Promise.race([closed, still(), clock.sleep(graceMs)]);
      await connection.close();
    },
  };
}
