import { sql } from 'kysely';
import type { Pool } from 'pg';
import type { Store } from '../store.ts';
import { postgresBoard } from './board.ts';
import { databaseOn } from './database.ts';
import { postgresDuties } from './duties.ts';
import { postgresInbox } from './inbox.ts';
import { postgresInstallations } from './installations.ts';
import { postgresJournal } from './journal.ts';
import { postgresLedger } from './ledger.ts';
import { postgresOutbox } from './outbox.ts';
import { retrying } from './retry.ts';
import { postgresSamples } from './samples.ts';
import { postgresTargets } from './targets.ts';

/**
 * The store on Postgres, in the schema that `migrate` keeps. All times are the database's; `close` ends the pool.
 * Errors are pg's: what the server did not take back may have been written all the same.
 */
export function postgresStore(pool: Pool): Store {
  const db = databaseOn(pool);
  return {
    journal: postgresJournal(db),
    inbox: postgresInbox(db),
    outbox: postgresOutbox(db),
    targets: postgresTargets(db),
    duties: postgresDuties(db),
    samples: postgresSamples(db),
    board: postgresBoard(db),
    ledger: postgresLedger(db),
    installations: postgresInstallations(db),
    nowMs: () =>
      retrying(async () => {
        const { rows } = await sql<{ at: Date }>`select clock_timestamp() as at`.execute(db);
        return rows[0]?.at.getTime() ?? Number.NaN;
      }),
    close: () => pool.end(),
  };
}
