import { useSyncExternalStore } from 'react';

/** How often words such as “2 minutes ago” are looked at again. */
const EVERY_MS = 5_000;

let now = Date.now();
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | null = null;

/** The time, for whatever on the page has to move with it: milliseconds since 1970, one clock for all. */
export const useNow = (): number => useSyncExternalStore(subscribe, () => now);

function subscribe(onChange: () => void): () => void {
  // Nobody may have looked at the clock for long, and then everything that is new would be in the future.
  if (listeners.size === 0) now = Date.now();
  listeners.add(onChange);
  timer ??= setInterval(tick, EVERY_MS);
  return () => {
    listeners.delete(onChange);
    if (listeners.size > 0 || timer === null) return;
    clearInterval(timer);
    timer = null;
  };
}

function tick(): void {
  now = Date.now();
  for (const listener of listeners) listener();
}
