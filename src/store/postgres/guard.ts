import { AsyncLocalStorage } from 'node:async_hooks';
import { Bug } from '../../core/bug.ts';

const inside = new AsyncLocalStorage<true>();

/** Runs the body of a transaction. Only its own connection may be used in there. */
export function insideTransaction<T>(body: () => Promise<T>): Promise<T> {
  return inside.run(true, body);
}

/**
 * Called before any connection is taken. The embedded database has one session: whoever waits for a second connection
 * inside an open transaction waits for themselves, for ever. A real server would hide that mistake.
 * @throws {Bug} inside a transaction.
 */
export function refuseInsideTransaction(): void {
  if (inside.getStore() === true) {
    throw new Bug(
      'Another connection was asked for inside a transaction; use the connection of the transaction.',
    );
  }
}
