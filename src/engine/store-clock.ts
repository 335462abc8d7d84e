import type { EngineParts } from './parts.ts';

/**
 * The database's time, guessed from this machine's clock and the difference that was last measured. Good enough for
 * deadlines; leases are judged by the database itself.
 */
export type StoreClock = { nowMs(): number; sync(): Promise<void> };

export function storeClock({ store, clock }: Pick<EngineParts, 'store' | 'clock'>): StoreClock {
  let aheadMs = 0;
  return {
    nowMs: () => clock.nowMs() + aheadMs,
    async sync() {
      const sentAtMs = clock.nowMs();
      const theirMs = await store.nowMs();
      // Half-way between asking and hearing is the best guess of when it was read.
      aheadMs = theirMs - (sentAtMs + clock.nowMs()) / 2;
    },
  };
}
