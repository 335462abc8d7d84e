import type { Catalog } from '../core/catalog.ts';
import type { ToldAlert } from '../core/told-alert.ts';
import type { Inbox } from '../store/store.ts';
import type { Webhook } from './webhook.ts';

export type Log = { warn(fields: object, sentence: string): void };

export type TakesTime = { nowMs(): number; sleep(ms: number, signal?: AbortSignal): Promise<void> };

/** Everything that webhooks touch. They can look, and have people told: there is nothing here to change anything with. */
export type WebhookNeeds = {
  /** Read at each delivery, because the configuration may be reloaded. */
  webhooks(): readonly Webhook[];
  catalog(): Catalog;
  /** What a reference to a secret stands for. @throws when it cannot be read */
  secret(reference: string): Promise<string>;
  readonly inbox: Pick<Inbox, 'once'>;
  /** Reads these targets from their platforms now. */
  look(targets: ReadonlySet<string>): Promise<void>;
  /** Writes down what an alerting system tells, and has people told. Harmless to repeat. */
  tell(alert: ToldAlert): Promise<void>;
  readonly clock: TakesTime;
  readonly log: Log;
};
