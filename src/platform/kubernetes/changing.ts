import { Failed } from '../../core/failure.ts';

/** Whoever loses against somebody else so often in a row leaves it. */
const TURNS_MAX = 4;

/** What we found ourselves to stand in the way; reading it again changes nothing about it. */
class Standstill extends Failed {}

export function conflict(message: string): Failed {
  return new Standstill({ code: 'conflict', message, retryAfterMs: null });
}

/**
 * Reads, changes what was read, and begins again when somebody else changed it in between: the server answers 409 to a
 * change of a version that is not the newest, and has changed nothing then.
 */
export async function changing<T>(turn: () => Promise<T>): Promise<T> {
  for (let left = TURNS_MAX - 1; ; left--) {
    try {
      return await turn();
    } catch (error) {
      const isRace =
        error instanceof Failed && error.failure.code === 'conflict' && !(error instanceof Standstill);
      if (!isRace || left === 0) throw error;
    }
  }
}
