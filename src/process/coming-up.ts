import { Failed } from '../core/failure.ts';
import type { Site } from '../platform/platform.ts';

/**
 * Places that are just being given what runs there first. Whoever asks what runs in one is answered when it has come
 * up: between nothing and what is there seconds later, a plan would be drawn that is void before anybody has read it.
 */
export type ComingUp = {
  /** It comes up from now until this has ended, well or badly: from then on whatever is there is the truth. */
  begin(id: string, end: Promise<unknown>): void;
  /** The same place, which does not tell what runs there before it has come up. */
  site(id: string, site: Site): Site;
};

/** As long as anybody waits for an answer. */
const PATIENCE_MS = 30_000;

export function openComingUp(after: (ms: number, call: () => void) => () => void): ComingUp {
  const ends = new Map<string, Promise<unknown>>();

  async function ended(id: string, end: Promise<unknown>): Promise<void> {
    let callOff = () => {};
    const late = new Promise<never>((_, reject) => {
      callOff = after(PATIENCE_MS, () => reject(new Failed(stillComing(id))));
    });
    await Promise.race([end, late]).finally(callOff);
  }

  return {
    begin(id, end) {
      const over = end
        .catch(() => undefined)
        .then(() => {
          ends.delete(id);
        });
      ends.set(id, over);
    },
    site(id, site) {
      const end = ends.get(id);
      if (end === undefined) return site;
      return {
        ...site,
        async look() {
          await ended(id, end);
          return site.look();
        },
      };
    },
  };
}

function stillComing(id: string) {
  const message = `what ${id} begins with is still coming up`;
  return { code: 'unavailable' as const, message, retryAfterMs: 2_000 };
}
