import { attendBoard } from './board/index.ts';
import type { Look } from './look.ts';
import type { EngineParts } from './parts.ts';
import type { StoreClock } from './store-clock.ts';

/**
 * What keeps the house in order when bells are lost, processes die and platforms change behind our back. Each round is
 * harmless to repeat and to run in several processes at once.
 */
export type Reconciler = {
  /** One round now. Visits to deployments that are due are begun, not waited for. */
  round(): Promise<void>;
  /** Rounds until the signal aborts, and then until every visit that was begun has ended. */
  run(signal: AbortSignal): Promise<void>;
};

/** How many deployments one process visits at once because they are due; each wants the database now and then. */
const VISITS_MAX = 100;
/** More than are visited, so that others are seen beside those that are on their way already. */
const DUE_MAX = 2 * VISITS_MAX;
const SYNC_EVERY_MS = 10_000;

export function openReconciler(
  parts: EngineParts,
  storeTime: StoreClock,
  look: Look,
  visit: (deploymentId: string) => Promise<unknown>,
): Reconciler {
  const { clock, log, patience } = parts;
  const last = {
    sync: Number.NEGATIVE_INFINITY,
    look: Number.NEGATIVE_INFINITY,
    keep: Number.NEGATIVE_INFINITY,
  };

  /** True when it is time, at most once in `everyMs`. */
  function isTime(what: keyof typeof last, everyMs: number): boolean {
    const nowMs = clock.nowMs();
    if (nowMs - last[what] < everyMs) return false;
    last[what] = nowMs;
    return true;
  }
  const visits = new Map<string, Promise<unknown>>();

  function begin(deploymentId: string): void {
    if (visits.has(deploymentId) || visits.size >= VISITS_MAX) return;
    const ended = visit(deploymentId)
      .catch((error: unknown) => log.warn({ deploymentId, error: String(error) }, 'visit could not begin'))
      .finally(() => visits.delete(deploymentId));
    visits.set(deploymentId, ended);
  }
  async function round(): Promise<void> {
    if (isTime('sync', SYNC_EVERY_MS)) await storeTime.sync();
    for (const deploymentId of await parts.store.journal.due(DUE_MAX)) begin(deploymentId);
    // Looking costs less than taking the duty, and most of the time nothing is due.
    const isDue = (await parts.store.board.due(1)).length > 0;
    if (isDue) await underDuty(parts, 'board', () => attendBoard(parts));
    if (isTime('look', patience.lookEveryMs)) await underDuty(parts, 'look', () => look.around(null));
    if (isTime('keep', patience.outboxLateMs)) await underDuty(parts, 'housekeeping', () => keepHouse(parts));
  }
  return {
    round,
    async run(signal) {
      while (!signal.aborted) {
        await round().catch((error: unknown) => log.warn({ error: String(error) }, 'round broken off'));
        await clock.sleep(patience.reconcileEveryMs, signal);
      }
      await Promise.all(visits.values());
    },
  };
}

async function underDuty(parts: EngineParts, duty: string, work: () => Promise<void>): Promise<void> {
  if (await parts.store.duties.hold(duty, parts.owner, 2 * parts.patience.lookEveryMs)) await work();
}

async function keepHouse({ store, log, patience }: EngineParts): Promise<void> {
  const backlog = await store.outbox.backlog();
  if (backlog.oldestMs > patience.outboxLateMs) log.error(backlog, 'what is to be told is late');
  const forgotten = await store.inbox.sweep(patience.inboxKeptMs);
  if (forgotten > 0) log.debug({ forgotten }, 'old deliveries forgotten');
}
