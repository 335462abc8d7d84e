import type { Ids } from './ids.ts';
import { waits } from './limits.ts';

/** Where a response goes, and what it may replace or delete. */
export type ResponseTarget = {
  readonly user: string;
  readonly channel: string;
  readonly threadTs: string | null;
  /** The message that was acted on, or the reply that a command was acked with; null while there is none. */
  readonly originalTs: string | null;
  /** What whoever acted calls what they did; the answers carry it. */
  readonly ref?: string | undefined;
};

export type ResponseRefusal = 'expired_url' | 'used_url' | 'invalid_url';

export type ResponseUrls = {
  /** @returns the last part of the address. */
  readonly issue: (target: ResponseTarget) => string;
  /** Counts one use: five within thirty minutes (docs.slack.dev, "Handling user interaction"). */
  readonly use: (id: string) => ResponseTarget | ResponseRefusal;
  readonly setOriginal: (id: string, ts: string | null) => void;
  readonly reset: () => void;
};

type Issued = { target: ResponseTarget; readonly at: number; uses: number };

export function openResponseUrls(nowMs: () => number, ids: Ids): ResponseUrls {
  const issued = new Map<string, Issued>();
  const forget = (): void => {
    for (const [id, { at }] of issued) {
      if (nowMs() - at <= 2 * waits.responseUrl) return;
      issued.delete(id);
    }
  };
  return {
    issue: (target) => {
      forget();
      const id = ids.secret();
      issued.set(id, { target, at: nowMs(), uses: 0 });
      return id;
    },
    use: (id) => {
      const found = issued.get(id);
      if (found === undefined) return 'invalid_url';
      if (nowMs() - found.at > waits.responseUrl) return 'expired_url';
      if (found.uses >= waits.responseUrlUses) return 'used_url';
      found.uses += 1;
      return found.target;
    },
    setOriginal: (id, ts) => {
      const found = issued.get(id);
      if (found !== undefined) found.target = { ...found.target, originalTs: ts };
    },
    reset: () => issued.clear(),
  };
}
