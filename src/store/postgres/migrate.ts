import { createHash } from 'node:crypto';
import type { Pool, PoolClient, QueryConfig } from 'pg';
import { z } from 'zod';
import { type Migration, migrations as ours } from './migrations/index.ts';

/** `slipway` in ASCII, cut to 32 bits: the key of the lock that only one migrating process holds. */
const LOCK_KEY = 0x736c6970;

/** A large table takes its time, and another process may be migrating. */
const MIGRATION_DEADLINE_MS = 5 * 60_000;

const Applied = z.array(z.object({ number: z.number(), name: z.string(), checksum: z.string() }));
type Applied = z.infer<typeof Applied>;

/** The database is not one that this program may work with. The message says what to do. */
export class SchemaRefused extends Error {
  override readonly name = 'SchemaRefused';
}

/**
 * Brings the schema `slipway` up to what this program knows, in one transaction, one process at a time.
 * @throws {SchemaRefused} when the schema is newer than the program, or was made by other migrations.
 */
export async function migrate(pool: Pool, migrations: readonly Migration[] = ours): Promise<void> {
  const client = await pool.connect();
  try {
    await run(client, 'begin');
    await run(client, `set local statement_timeout = ${MIGRATION_DEADLINE_MS}`);
    await run(client, `set local lock_timeout = ${MIGRATION_DEADLINE_MS}`);
    await run(client, `select pg_advisory_xact_lock(${LOCK_KEY})`);
    await apply(client, migrations);
    await run(client, 'commit');
    client.release();
  } catch (error) {
    // Whatever state the connection is in, the transaction ends with it.
    client.release(true);
    throw error;
  }
}

async function apply(client: PoolClient, migrations: readonly Migration[]): Promise<void> {
  if (!(await isThere(client))) {
    await run(client, 'create schema if not exists slipway');
    await run(client, ledger);
  }
  const found = await run(client, 'select number, name, checksum from slipway.migration order by number');
  const applied = Applied.parse(found.rows);
  refuseForeign(applied, migrations);
  for (const migration of migrations.slice(applied.length)) {
    await run(client, migration.sql);
    await run(client, 'insert into slipway.migration (number, name, checksum) values ($1, $2, $3)', [
      migration.number,
      migration.name,
      checksum(migration),
    ]);
  }
}

const ledger = `create table slipway.migration (
  number integer primary key,
  name text not null,
  checksum text not null,
  applied_at timestamptz not null default clock_timestamp()
)`;

/**
 * Asked of the catalogue as of now. `create … if not exists` is no answer here: it may look into the session's cache,
 * which does not yet know what another process has made while we waited for the lock.
 */
async function isThere(client: PoolClient): Promise<boolean> {
  const { rowCount } = await run(
    client,
    `select from pg_catalog.pg_tables where schemaname = 'slipway' and tablename = 'migration'`,
  );
  return rowCount === 1;
}

function refuseForeign(applied: Applied, migrations: readonly Migration[]): void {
  const newest = applied.at(-1);
  if (newest !== undefined && newest.number > migrations.length) {
    throw new SchemaRefused(
      `The database is at schema ${newest.number} (${newest.name}), and this version of Slipway knows schemas only ` +
        `up to ${migrations.length}. Run the newer version of Slipway that upgraded it, or restore an older backup.`,
    );
  }
  for (const [index, { number, name, checksum: theirs }] of applied.entries()) {
    const mine = migrations[index];
    if (mine?.number !== number || mine.name !== name || checksum(mine) !== theirs) {
      throw new SchemaRefused(
        `Schema ${number} (${name}) in the database is not the one that this version of Slipway knows. ` +
          'Another build of it made this database: run that build, or use an empty database.',
      );
    }
  }
}

function checksum({ sql }: Migration): string {
  return createHash('sha256').update(sql).digest('hex');
}

/** Pools give up on a query after seconds; a migration may take minutes. `query_timeout` is read per query by pg. */
function run(client: PoolClient, text: string, values: readonly unknown[] = []) {
  const query: QueryConfig & { query_timeout: number } = { text, query_timeout: MIGRATION_DEADLINE_MS };
  return client.query(values.length === 0 ? query : { ...query, values: [...values] });
}
