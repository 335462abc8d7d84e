import type { ConfiguredTarget } from '../core/catalog.ts';
import { Failed } from '../core/failure.ts';
import { targetId } from '../core/names.ts';
import type { Seen } from '../store/store.ts';
import { attendBoard } from './board/index.ts';
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
    if (isTime('look', patience.lookEveryMs)) await underDuty(parts, 'look', () => lookAround(parts));
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

/** Reads from every platform what really runs, and keeps it with its age. */
async function lookAround(parts: EngineParts): Promise<void> {
  const known = new Map((await parts.store.targets.all()).map(({ id, seen }) => [id, seen]));
  const targets = parts
    .catalog()
    .services.flatMap(({ name, targets: configured }) =>
      configured.map((target) => ({ id: targetId(name, target.environment), target })),
    );
  await Promise.all(
    targets.map(async ({ id, target }) => {
      await parts.store.targets.saw(id, await lookAt(parts, id, target, known.get(id) ?? null));
    }),
  );
}

/** What could not be read keeps what was read last, and says why. */
async function lookAt(
  parts: EngineParts,
  id: string,
  target: ConfiguredTarget,
  before: Seen | null,
): Promise<Seen> {
  try {
    const { atMs, releases } = await parts.siteOf({ ...target, id }).look();
    return {
      atMs,
      problem: null,
      releases: releases.map(({ releaseId, version, trafficPercent, health }) => ({
        releaseId,
        version: version.name,
        trafficPercent,
        health,
      })),
    };
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    return { atMs: before?.atMs ?? 0, releases: before?.releases ?? [], problem: error.message };
  }
}

async function keepHouse({ store, log, patience }: EngineParts): Promise<void> {
  const backlog = await store.outbox.backlog();
  if (backlog.oldestMs > patience.outboxLateMs) log.error(backlog, 'what is to be told is late');
  const forgotten = await store.inbox.sweep(patience.inboxKeptMs);
  if (forgotten > 0) log.debug({ forgotten }, 'old deliveries forgotten');
}
