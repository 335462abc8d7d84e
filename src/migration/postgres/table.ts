import { Failed } from '../../core/failure.ts';
import { Light } from '../../core/migration.ts';
import type { AppliedMigration, HalfWay, Run } from '../database.ts';
import type { Session } from './session.ts';

/**
 * Ours, in a schema of its own: what stands in `public` is shown to the world by some (PostgREST, Supabase), and a schema
 * that is called like an account of the database becomes the place where that account makes its tables.
 */
export const TABLE = 'slipway_internal.slipway_migrations';

/**
 * One row a migration. `finished_at` is null from the moment in which it was begun outside a transaction until it is
 * known to have ended; `statement_reached` is the one that was begun last, from one. `their_row` is the statement that
 * tells the team's own tool, kept while it is half-way: whoever writes by hand that it has ended tells the tool in the
 * same transaction, or that one would run it again. It is run as that person: only the account that migrates can write it,
 * unless somebody has let others in.
 */
const CREATE = `
  create schema if not exists slipway_internal;
  create table if not exists slipway_internal.slipway_migrations (
    service text not null,
    id text not null,
    checksum text not null,
    light text not null,
    version text not null,
    deployment text not null,
    intent text not null,
    statements integer not null,
    statement_reached integer not null,
    statement text,
    failure text,
    started_at timestamptz not null default clock_timestamp(),
    finished_at timestamptz,
    primary key (service, id)
  );
  alter table slipway_internal.slipway_migrations add column if not exists their_row text;
  create or replace function slipway_internal.slipway_tell_them() returns trigger language plpgsql as $body$
    begin
      if old.finished_at is null and new.finished_at is not null and new.their_row is not null then
        execute new.their_row;
        new.their_row := null;
      end if;
      return new;
    end $body$;
  drop trigger if exists slipway_tell_them on slipway_internal.slipway_migrations;
  create trigger slipway_tell_them before update on slipway_internal.slipway_migrations
    for each row execute procedure slipway_internal.slipway_tell_them();
  create table if not exists slipway_internal.slipway_read_only (
    one boolean primary key default true check (one),
    deployment text not null,
    since timestamptz not null default clock_timestamp()
  );`;

export async function makeTables(session: Session): Promise<void> {
  if (!(await isWhole(session))) await session.query(CREATE);
}

/** One of an earlier version has no way to tell the team's own tool. */
async function isWhole(session: Session): Promise<boolean> {
  const { rows } = await session.query(
    `select 1 from pg_catalog.pg_attribute
      where attrelid = to_regclass($1) and attname = 'their_row' and not attisdropped`,
    [TABLE],
  );
  return rows.length > 0;
}

export async function exists(session: Session, table: string): Promise<boolean> {
  const { rows } = await session.query<{ is: boolean }>('select to_regclass($1) is not null as is', [table]);
  return rows[0]?.is === true;
}

type Row = {
  id: string;
  checksum: string;
  light: string;
  version: string;
  deployment: string;
  intent: string;
  statements: number;
  statement_reached: number;
  statement: string | null;
  failure: string | null;
  started_at: Date;
  finished_at: Date | null;
};

export type Kept =
  | (AppliedMigration & { readonly kind: 'applied' })
  | (HalfWay & { readonly kind: 'half-way' });

/** Everything that we have run for a service there; nothing where we have never run anything. */
export async function readRows(session: Session, service: string): Promise<readonly Kept[]> {
  if (!(await exists(session, TABLE))) return [];
  const { rows } = await session.query<Row>(
    `select * from ${TABLE} where service = $1 and (finished_at is not null or statement_reached > 0)
      order by started_at, id`,
    [service],
  );
  // A row of which nothing was begun says nothing.
  return rows.map((row) => keptOf(service, row));
}

function keptOf(service: string, row: Row): Kept {
  const { id, checksum, deployment, intent, finished_at } = row;
  if (finished_at === null)
    return { kind: 'half-way', id, intentId: intent, say: sayHalf(row), next: nextOf(service, row) };
  const light = Light.safeParse(row.light);
  return {
    kind: 'applied',
    id,
    checksum,
    by: 'us',
    light: light.success ? light.data : 'unknown',
    deploymentId: deployment,
    intentId: intent,
    finishedAtMs: finished_at.getTime(),
  };
}

function sayHalf({ id, statements, statement_reached, failure, deployment }: Row): string {
  const why = failure === null ? 'and nobody knows whether that ended' : `which failed: ${failure}`;
  return `${id} was begun by ${deployment} and came to statement ${statement_reached} of ${statements}, ${why}`;
}

/** What a person looks at, and both ways to say what they have found. */
function nextOf(service: string, { id, statement_reached, statement }: Row): string[] {
  const where = `where service = ${quoted(service)} and id = ${quoted(id)}`;
  return [
    `statements before the ${statement_reached}. are done; look whether this one is: ${statement ?? 'none was begun'}`,
    ...(/concurrently/i.test(statement ?? '')
      ? [
          'an index that was built concurrently and stopped is there as INVALID, and has to be dropped before it is built again',
        ]
      : []),
    `when all of it is done: update ${TABLE} set finished_at = now() ${where};`,
    `when none of it is, or all was put back by hand: delete from ${TABLE} ${where};`,
  ];
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/**
 * A row of which no statement was begun is nobody's: whoever wrote it ended before.
 * @throws {Failed} `conflict` when somebody else has begun or done it meanwhile
 */
export async function writeBegun(session: Session, run: Run, theirRow: string | null): Promise<void> {
  const { service, migration, light, version, deploymentId, intentId, statements } = run;
  const { rowCount } = await session.query(
    `insert into ${TABLE} as kept
      (service, id, checksum, light, version, deployment, intent, statements, statement_reached, their_row)
      values ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9)
      on conflict (service, id) do update set checksum = excluded.checksum, light = excluded.light,
        version = excluded.version, deployment = excluded.deployment, intent = excluded.intent,
        statements = excluded.statements, their_row = excluded.their_row, started_at = clock_timestamp()
        where kept.finished_at is null and kept.statement_reached = 0`,
    [
      service,
      migration.id,
      migration.checksum,
      light,
      version,
      deploymentId,
      intentId,
      statements.length,
      theirRow,
    ],
  );
  if (rowCount !== 1) throw taken(run);
}

export async function writeReached(session: Session, run: Run, reached: number, sql: string): Promise<void> {
  const { rowCount } = await session.query(
    `update ${TABLE} set statement_reached = $4, statement = $5 where service = $1 and id = $2 and intent = $3`,
    [run.service, run.migration.id, run.intentId, reached, sql.slice(0, 500)],
  );
  if (rowCount !== 1) throw taken(run);
}

function taken({ migration }: Run): Failed {
  const message = `${migration.id} was begun by somebody else at the same moment`;
  return new Failed({ code: 'conflict', message, retryAfterMs: 5_000 });
}

export async function writeFailure(session: Session, run: Run, failure: string): Promise<void> {
  await session.query(`update ${TABLE} set failure = $3 where service = $1 and id = $2`, [
    run.service,
    run.migration.id,
    failure.slice(0, 500),
  ]);
}

export async function finish(session: Session, { service, migration }: Run): Promise<void> {
  await session.query(
    `update ${TABLE} set finished_at = clock_timestamp(), statement = null, failure = null, their_row = null
      where service = $1 and id = $2`,
    [service, migration.id],
  );
}
