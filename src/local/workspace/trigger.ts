import type { Ids } from './ids.ts';
import { waits } from './limits.ts';

export type Trigger = {
  readonly id: string;
  readonly user: string;
  /** The modal that it was issued in: only such a trigger may push onto its stack. */
  readonly viewId: string | null;
};

export type TriggerRefusal = 'invalid_trigger_id' | 'expired_trigger_id' | 'exchanged_trigger_id';

export type Triggers = {
  readonly issue: (user: string, viewId: string | null) => string;
  /** Spends it: good once, within three seconds of being issued. */
  readonly redeem: (id: string) => Trigger | TriggerRefusal;
  readonly reset: () => void;
};

type Issued = Trigger & { readonly at: number; isSpent: boolean };

/** Remembered, so that a late one is told that it is late and not that it never was. */
const rememberedMs = 10 * 60_000;

export function openTriggers(nowMs: () => number, ids: Ids): Triggers {
  const issued = new Map<string, Issued>();
  const forget = (): void => {
    for (const [id, { at }] of issued) {
      if (nowMs() - at <= rememberedMs) return;
      issued.delete(id);
    }
  };
  return {
    issue: (user, viewId) => {
      forget();
      const id = `${Math.floor(nowMs())}.${issued.size}.${ids.secret()}`;
      issued.set(id, { id, user, viewId, at: nowMs(), isSpent: false });
      return id;
    },
    redeem: (id) => {
      const trigger = issued.get(id);
      if (trigger === undefined) return 'invalid_trigger_id';
      if (trigger.isSpent) return 'exchanged_trigger_id';
      if (nowMs() - trigger.at > waits.trigger) return 'expired_trigger_id';
      trigger.isSpent = true;
      return trigger;
    },
    reset: () => issued.clear(),
  };
}
