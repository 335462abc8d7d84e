import type { Job } from 'bullmq';
import { z } from 'zod';
import type { PartLog } from '../telemetry/index.ts';
import type { Connection } from './connect.ts';

/** How many deployments one process visits at once. A visit that waits for long gives its place back. */
const VISITS_MAX = 100;

/** What a job may say. Anything else was not written by us, and is ignored. */
const Heard = z.union([
  z.strictObject({ deploymentId: z.string().max(64) }),
  z.strictObject({ heartbeat: z.literal(true) }),
]);

export type Listening = {
  /** When a job last began or ended here; now, while every place is taken: this process hears its bells. */
  heardAtMs(): number;
  /** How many visits go on right now. */
  visits(): number;
  close(): Promise<void>;
};

/** Listens for bells. A bell can only cause a look: lost, doubled, late or forged ones do no harm. */
export function listen(
  connection: Connection,
  visit: (deploymentId: string) => Promise<unknown>,
  nowMs: () => number,
  log: PartLog,
): Listening {
  let heardAtMs = nowMs();
  let visits = 0;
  async function hear(job: Job): Promise<void> {
    heardAtMs = nowMs();
    const heard = Heard.safeParse(job.data);
    if (!heard.success) {
      log.warn({ job: job.id }, 'bell that is not ours ignored');
      return;
    }
    if ('heartbeat' in heard.data) return;
    visits += 1;
    try {
      await visit(heard.data.deploymentId);
    } finally {
      visits -= 1;
      heardAtMs = nowMs();
    }
  }
  const worker = connection.openWorker(hear, VISITS_MAX, ({ message }) => {
    log.debug({ error: message }, 'listener disturbed');
  });
  return {
    heardAtMs: () => (visits >= VISITS_MAX ? nowMs() : heardAtMs),
    visits: () => visits,
    close: () => worker.close(),
  };
}
