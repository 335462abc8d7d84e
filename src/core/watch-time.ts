/** Beyond its time, watching may go on this much longer for numbers that are missing. */
const WATCH_LONGER_MS = 30_000;

/** How long after a share was given whatever is not known to be good by then goes back. */
export function watchDeadlineMs(observeMs: number): number {
  return 2 * observeMs + WATCH_LONGER_MS;
}

/**
 * The shortest time to watch a share by numbers that are known so late, in whole seconds: how the share ended has to be
 * heard of before its deadline, or it goes back however good it is.
 */
export function observeMinMs(lateMs: number): number {
  return Math.max(0, Math.ceil((lateMs - WATCH_LONGER_MS) / 1_000) * 1_000);
}
