import type { Channel, Message } from './model.ts';
import type { WireLine } from './page-contract.ts';

/** That something changed, for whoever shows or waits for it. */
export type Notice =
  | { readonly kind: 'message'; readonly message: Message }
  | { readonly kind: 'message-gone'; readonly message: Message }
  | { readonly kind: 'channel'; readonly channel: Channel }
  | { readonly kind: 'modals'; readonly user: string }
  | { readonly kind: 'home'; readonly user: string }
  | { readonly kind: 'faults' }
  | { readonly kind: 'wire'; readonly line: WireLine }
  | { readonly kind: 'connection' }
  | { readonly kind: 'reset' };

export type Hub = {
  readonly tell: (notice: Notice) => void;
  /** @returns what ends the subscription. */
  readonly listen: (listener: (notice: Notice) => void) => () => void;
};

export function openHub(): Hub {
  const listeners = new Set<(notice: Notice) => void>();
  return {
    tell: (notice) => {
      for (const listener of listeners) listener(notice);
    },
    listen: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
