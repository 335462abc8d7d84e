import { setTimeout as sleep } from 'node:timers/promises';

/** Whatever is waited for takes seconds; a machine that is five times slower, and busy, keeps this as well. */
const LONG_ENOUGH_MS = 120_000;

/** Waits until something is so. @throws when it is not so in time. */
export async function until(
  isSo: () => boolean | Promise<boolean>,
  withinMs = LONG_ENOUGH_MS,
  what: () => string = () => 'It did not come to that.',
): Promise<void> {
  const deadlineMs = performance.now() + withinMs;
  while (!(await isSo())) {
    if (performance.now() > deadlineMs) throw new Error(what());
    await sleep(25);
  }
}
