import { setTimeout as sleep } from 'node:timers/promises';

/** What Postgres says when it undid a transaction so that another could go on: serialization failure, deadlock. */
const undone: ReadonlySet<unknown> = new Set(['40001', '40P01']);

const ATTEMPTS_MAX = 5;
const PAUSE_MS = 10;

type Method = (...args: never[]) => Promise<unknown>;

/** The same methods, each tried again while the database undoes it: up to five times, after a random pause that grows. */
export function retried<T extends Record<string, Method>>(methods: T): T {
  const wrapped = Object.entries(methods).map(([name, method]) => [
    name,
    (...args: never[]) => retrying(() => method(...args)),
  ]);
  return Object.fromEntries(wrapped) as T;
}

export async function retrying<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt === ATTEMPTS_MAX || !wasUndone(error)) throw error;
      await sleep(Math.random() * PAUSE_MS * 2 ** attempt);
    }
  }
}

function wasUndone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && undone.has(error.code);
}
