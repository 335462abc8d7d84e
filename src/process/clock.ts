import { setTimeout as wait } from 'node:timers/promises';

/** This machine's clock and timers: their only home. */
export const clock = {
  nowMs: (): number => Date.now(),
  monotonicMs: (): number => performance.now(),
  /** Resolves early, and without an error, when the signal aborts. */
  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    await wait(ms, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
  },
  /** Calls back once; what it returns calls it off. */
  after(ms: number, call: () => void): () => void {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
  /** Calls back again and again until what it returned is called. */
  every(ms: number, call: () => void): () => void {
    const timer = setInterval(call, ms);
    timer.unref();
    return () => clearInterval(timer);
  },
};
