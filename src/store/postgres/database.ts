import {
  Kysely,
  type PostgresCursor,
  PostgresDialect,
  type PostgresPool,
  type PostgresPoolClient,
  type PostgresQueryResult,
  type Transaction,
} from 'kysely';
import type { Pool, PoolClient } from 'pg';
import { invariant } from '../../core/bug.ts';
import { insideTransaction, refuseInsideTransaction } from './guard.ts';
import type { Tables } from './tables.ts';

export type Database = Kysely<Tables>;

export function databaseOn(pool: Pool): Database {
  const guarded: PostgresPool = {
    connect: async () => {
      refuseInsideTransaction();
      return connectionOf(await pool.connect());
    },
    end: () => pool.end(),
  };
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool: guarded }) }).withSchema('slipway');
}

/** The body sees its own connection only, and does nothing but talk to the database. */
export function transaction<T>(db: Database, body: (tx: Transaction<Tables>) => Promise<T>): Promise<T> {
  return db.transaction().execute((tx) => insideTransaction(() => body(tx)));
}

/**
 * A connection whose query was given up is not put back: pg leaves that query running on it, and whoever got the
 * connection next would wait behind it. Further queries on it fail at once, with the first reason.
 */
function connectionOf(client: PoolClient): PostgresPoolClient {
  let broken: Error | null = null;
  const lose = (error: Error) => {
    broken ??= error;
  };
  // Between two statements of a transaction nobody else listens, and an unheard `error` ends the program.
  client.on('error', lose);
  function query<R>(text: string, values: readonly unknown[]): Promise<PostgresQueryResult<R>>;
  function query<R>(cursor: PostgresCursor<R>): PostgresCursor<R>;
  function query(text: string | PostgresCursor<unknown>, values: readonly unknown[] = []): unknown {
    invariant(typeof text === 'string', 'cursors are not spoken by the embedded database');
    if (broken !== null) return Promise.reject(broken);
    return client.query(text, [...values]).catch((error: unknown) => {
      if (error instanceof Error && !isAnswer(error)) lose(error);
      throw error;
    });
  }
  const release = () => {
    client.off('error', lose);
    client.release(broken ?? undefined);
  };
  return { query, release };
}

/** Whether the server itself said no (it names the severity then); otherwise nobody knows how the query went. */
function isAnswer(error: Error): boolean {
  return 'severity' in error;
}
