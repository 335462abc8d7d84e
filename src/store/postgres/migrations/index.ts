import { journalInboxAndOutbox } from './0001-journal-inbox-and-outbox.ts';
import { boardAndWaitingOrders } from './0002-board-and-waiting-orders.ts';
import { audit } from './0003-audit.ts';
import { samples } from './0004-samples.ts';
import { installations } from './0005-installations.ts';
import { places } from './0006-places.ts';
import { requests } from './0007-requests.ts';

export type Migration = {
  /** Counts from one without gaps. A migration that was released is never changed: another one follows it. */
  readonly number: number;
  readonly name: string;
  readonly sql: string;
};

/** In the order in which they are run. They are text in the program, so that they are there wherever it is. */
export const migrations: readonly Migration[] = [
  { number: 1, name: 'journal-inbox-and-outbox', sql: journalInboxAndOutbox },
  { number: 2, name: 'board-and-waiting-orders', sql: boardAndWaitingOrders },
  { number: 3, name: 'audit', sql: audit },
  { number: 4, name: 'samples', sql: samples },
  { number: 5, name: 'installations', sql: installations },
  { number: 6, name: 'places', sql: places },
  { number: 7, name: 'requests', sql: requests },
];
