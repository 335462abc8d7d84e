import type { Board } from './contract/board.ts';
import type { Duties } from './contract/duties.ts';
import type { Inbox } from './contract/inbox.ts';
import type { Journal } from './contract/journal.ts';
import type { Outbox } from './contract/outbox.ts';
import type { Targets } from './contract/targets.ts';
import type { Installations } from './installations.ts';
import type { Ledger } from './ledger.ts';
import type { Samples } from './sample.ts';

export type * from './contract/board.ts';
export type * from './contract/duties.ts';
export type * from './contract/inbox.ts';
export type * from './contract/journal.ts';
export type * from './contract/outbox.ts';
export type * from './contract/targets.ts';

/**
 * What we know, and who may write it. Every method is one transaction; all times are the database's clock in
 * milliseconds; nothing here waits for anything but the database. Three implementations pass one contract suite:
 * Postgres, Postgres embedded (PGlite), and memory for simulation.
 */
export type Store = {
  readonly journal: Journal;
  readonly inbox: Inbox;
  readonly outbox: Outbox;
  readonly targets: Targets;
  readonly duties: Duties;
  readonly samples: Samples;
  readonly board: Board;
  readonly ledger: Ledger;
  readonly installations: Installations;
  nowMs(): Promise<number>;
  close(): Promise<void>;
};
