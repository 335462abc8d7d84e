import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until something is so. @throws when it is not so in time. */
export async function until(
  isSo: () => boolean | Promise<boolean>,
  withinMs = 40_000,
  what: () => string = () => 'It did not come to that.',
): Promise<void> {
  const deadlineMs = performance.now() + withinMs;
  while (!(await isSo())) {
    if (performance.now() > deadlineMs) throw new Error(what());
    await sleep(25);
  }
}
