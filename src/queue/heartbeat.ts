import type { PartLog } from '../telemetry/index.ts';
import type { Clock } from './clock.ts';
import type { Connection } from './connect.ts';
import type { Listening } from './listener.ts';

const BEAT_EVERY_MS = 2_000;

/**
 * Fifteen beats of one's own, and those of every other process, must bring at least one back: a process that hears
 * none of them for so long has lost its connection without noticing.
 */
const SILENCE_MAX_MS = 30_000;

/**
 * Proves over and over that a bell that is rung is heard, and calls `onSilence` once when it is not. A connection that
 * knows that it is down is no silence: it comes back by itself, and until then the reconciler looks.
 */
export async function beat(
  connection: Connection,
  listening: Listening,
  { nowMs, sleep }: Clock,
  signal: AbortSignal,
  log: PartLog,
  onSilence: (silentMs: number) => void,
): Promise<void> {
  const queue = connection.openQueue();
  let downAtMs = Number.NEGATIVE_INFINITY;
  while (!signal.aborted) {
    void queue
      .add('heartbeat', { heartbeat: true })
      .catch((error: unknown) => log.debug({ error: String(error) }, 'heartbeat not sent'));
    await sleep(BEAT_EVERY_MS, signal);
    if (!connection.isUp()) downAtMs = nowMs();
    const silentMs = nowMs() - Math.max(listening.heardAtMs(), downAtMs);
    if (silentMs > SILENCE_MAX_MS && !signal.aborted) {
      onSilence(silentMs);
      break;
    }
  }
  await Promise.race([queue.close(), sleep(1_000)]);
}
