import type { PartLog } from '../telemetry/index.ts';
import type { Connection } from './connect.ts';

/** With the queue gone, calls to it never settle. More than this many of them are not begun: somebody looks anyway. */
const UNSETTLED_MAX = 1_000;

/** Rings so that some worker looks at a deployment. Never throws and never waits; a lost bell costs seconds, not work. */
export type RingingBell = { ring(deploymentId: string, afterMs: number): void; close(): Promise<void> };

export function openBell(connection: Connection, log: PartLog): RingingBell {
  const queue = connection.openQueue();
  let unsettled = 0;
  return {
    ring(deploymentId, afterMs) {
      if (unsettled >= UNSETTLED_MAX) return;
      unsettled += 1;
      queue
        .add('look', { deploymentId }, afterMs > 0 ? { delay: Math.ceil(afterMs) } : {})
        .catch((error: unknown) => log.debug({ deploymentId, error: String(error) }, 'bell not rung'))
        .finally(() => {
          unsettled -= 1;
        });
    },
    close: () => queue.close(),
  };
}
