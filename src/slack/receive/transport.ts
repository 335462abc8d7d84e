import type { Logger, Receiver } from '@slack/bolt';

/** How deliveries come in. */
export type Transport = {
  /** For Bolt. */
  readonly receiver: Receiver;
  /** Where it listens; null over a socket, which listens nowhere. */
  start(): Promise<{ readonly url: string; readonly port: number } | null>;
  stop(): Promise<void>;
};

export type BoltLog = Logger;
