/**
 * A clock for judging how much time has passed: it never goes back and never counts too little. The wall clock can be
 * set back; the monotonic one stands still while a machine sleeps. Each step of this one is the larger of the two.
 * Milliseconds, beginning at the wall clock's time.
 */
export function steadyClock(wallMs: () => number, monotonicMs: () => number): () => number {
  let wall = wallMs();
  let monotonic = monotonicMs();
  let nowMs = wall;
  return () => {
    const [wallNow, monotonicNow] = [wallMs(), monotonicMs()];
    nowMs += Math.max(0, wallNow - wall, monotonicNow - monotonic);
    wall = wallNow;
    monotonic = monotonicNow;
    return nowMs;
  };
}
