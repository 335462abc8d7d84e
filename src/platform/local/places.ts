import { createHash } from 'node:crypto';
import { join } from 'node:path';

/** Where the runner of one home folder keeps its things. */
export function placesIn(folder: string) {
  return {
    lock: join(folder, 'runner.lock'),
    state: join(folder, 'state.json'),
    /** What the runner itself has to say, which is nothing unless something is wrong. */
    log: join(folder, 'runner.log'),
  };
}

/**
 * The socket lives in the system's folder for temporary things: its path may have 107 bytes at most (`man 7 unix`), and
 * a home folder may lie as deep as it likes.
 */
export function socketPathFor(folder: string, temporaryFolder: string): string {
  const hash = createHash('sha256').update(folder).digest('hex').slice(0, 16);
  return join(temporaryFolder, `slipway-${hash}`, 'runner.sock');
}
