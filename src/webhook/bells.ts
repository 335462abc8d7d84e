import type { Log, TakesTime } from './needs.ts';

/** Makes somebody look, at once and never twice at the same time; what is rung meanwhile is looked at once more after it. */
export type Bells = {
  ring(targets: ReadonlySet<string>): void;
  /** Until nothing is being looked at any more; what was rung and not begun is left to whoever looks around anyway. */
  close(): Promise<void>;
};

/** However often it is rung, platforms are asked no more than this often. */
const APART_MS = 2_000;

export function openBells(
  look: (targets: ReadonlySet<string>) => Promise<void>,
  clock: TakesTime,
  log: Log,
): Bells {
  const closing = new AbortController();
  const rung = new Set<string>();
  let looking: Promise<void> | null = null;

  async function lookAll(): Promise<void> {
    while (rung.size > 0 && !closing.signal.aborted) {
      const targets = new Set(rung);
      rung.clear();
      await look(targets).catch((error: unknown) =>
        log.warn({ error: String(error) }, 'a bell led to nothing'),
      );
      await clock.sleep(APART_MS, closing.signal);
    }
  }
  function ring(targets: ReadonlySet<string>): void {
    for (const target of targets) rung.add(target);
    if (rung.size === 0) return;
    looking ??= lookAll().finally(() => {
      looking = null;
      if (!closing.signal.aborted) ring(new Set());
    });
  }
  return {
    ring,
    async close() {
      closing.abort();
      await looking;
    },
  };
}
