/** Keeps us from asking a host that does not answer: one request finds out whether it does again, the others wait. */
export type Circuit = {
  /** Null: go on. Otherwise nothing may be sent, and this is how long to wait. */
  closedForMs(): number | null;
  /** How a request that was let through went. */
  answered(): void;
  failed(): void;
};

const FAILURES_MAX = 5;
const OPEN_MS = 10_000;

export function openCircuit(clock: { nowMs(): number }, random: () => number): Circuit {
  let failures = 0;
  let openUntilMs: number | null = null;
  let probeSinceMs: number | null = null;

  return {
    closedForMs() {
      if (openUntilMs === null) return null;
      const leftMs = openUntilMs - clock.nowMs();
      if (leftMs > 0) return leftMs;
      // A probe that never came back does not keep everybody waiting for ever.
      const isProbed = probeSinceMs !== null && clock.nowMs() - probeSinceMs < OPEN_MS;
      if (isProbed) return 1_000;
      probeSinceMs = clock.nowMs();
      return null;
    },
    answered() {
      failures = 0;
      openUntilMs = null;
      probeSinceMs = null;
    },
    failed() {
      failures += 1;
      if (failures < FAILURES_MAX) return;
      // Not all at the same moment, where many of us lost the same host.
      openUntilMs = clock.nowMs() + OPEN_MS * (1 + random() / 2);
      probeSinceMs = null;
    },
  };
}
