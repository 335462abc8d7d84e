import type { Catalog } from '../core/catalog.ts';
import type { Inbox } from '../store/store.ts';
import type { Webhook } from './webhook.ts';

export type Log = { warn(fields: object, sentence: string): void };

export type TakesTime = { nowMs(): number; sleep(ms: number, signal?: AbortSignal): Promise<void> };

/** Everything that webhooks touch. They can look, and nothing else: there is nothing here to change anything with. */
export type WebhookNeeds = {
  /** Read at each delivery, because the configuration may be reloaded. */
  webhooks(): readonly Webhook[];
  catalog(): Catalog;
  /** What a reference to a secret stands for. @throws when it cannot be read */
  secret(reference: string): Promise<string>;
  readonly inbox: Pick<Inbox, 'once'>;
  /** Reads these targets from their platforms now. */
  look(targets: ReadonlySet<string>): Promise<void>;
  readonly clock: TakesTime;
  readonly log: Log;
};
