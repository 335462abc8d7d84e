import { endingFetch } from '../../src/http/ending-fetch.ts';
import { redact } from '../../src/http/redact.ts';
import type { Around } from '../../src/source/source.ts';

/** What a source is given in a test: the real way out, and one secret whatever it asks for. */
export function sourceAround(folder: string, secret = 'nothing'): Around {
  return {
    folder,
    fetch: endingFetch(5_000),
    secret: async () => ({ open: () => secret }),
    redact,
    clock: { nowMs: Date.now },
  };
}
