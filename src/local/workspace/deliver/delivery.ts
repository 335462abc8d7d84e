import type { Json } from '../model.ts';

/** Something that Slack tells the app, in either of its two ways. */
export type Delivery = {
  readonly kind: 'slash_commands' | 'interactive' | 'events_api';
  /** For the log of the wire: `slash_commands /deploy-staging`. */
  readonly what: string;
  readonly payload: Json;
  readonly retry: { readonly number: number; readonly reason: string } | null;
};

/** What came of it. The body is text over HTTP, and JSON in Socket Mode where an app answered with an object. */
export type Outcome =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly body: string;
      readonly isJson: boolean;
      /** The app asks not to be told again: `x-slack-no-retry: 1`. */
      readonly isFinal: boolean;
    }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'unreachable'; readonly reason: string };

/** One way to the app. */
export type Transport = {
  readonly name: 'http' | 'socket';
  readonly isOpen: () => boolean;
  readonly send: (delivery: Delivery, ackMs: number) => Promise<Outcome>;
};
