import { Client } from 'pg';
import { Failed } from '../../core/failure.ts';
import type { Run } from '../database.ts';
import { nothingDone } from './say-failure.ts';

const CONNECT_MS = 10_000;
/** Longer than the server itself waits, so that it is the server that says what became of a statement. */
const ANSWER_LONGER_MS = 30_000;

export type Session = Client;

/** Where the database is, resolved anew each time: a secret may have been rotated. */
export type Connect = () => Promise<string>;

/**
 * One connection for one piece of work, ended after it whatever happens. Whoever ends in the middle is noticed by the
 * server within seconds, where it can (`client_connection_check_interval`, from 14 on).
 * @throws {Failed} `unavailable` when there is no connection: nothing was changed
 */
export async function inSession<T>(
  connect: Connect,
  statementTimeoutMs: number,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const session = clientFor(await connect(), statementTimeoutMs);
  // A connection that breaks while nobody waits for it would end the program; whoever asks next learns of it.
  session.on('error', () => undefined);
  try {
    await session.connect();
  } catch (error) {
    await session.end().catch(() => undefined);
    throw nothingDone(error);
  }
  try {
    await prepare(session, statementTimeoutMs);
    return await work(session);
  } finally {
    await session.end().catch(() => undefined);
  }
}

function clientFor(connectionString: string, statementTimeoutMs: number): Session {
  try {
    return new Client({
      connectionString,
      application_name: 'slipway migrations',
      connectionTimeoutMillis: CONNECT_MS,
      query_timeout: statementTimeoutMs + ANSWER_LONGER_MS,
      keepAlive: true,
    });
  } catch {
    // What it cannot read holds a password, and is told to nobody.
    const message = 'the address of the database is not one: it has to begin with postgres://';
    throw new Failed({ code: 'rejected', message, retryAfterMs: null });
  }
}

async function prepare(session: Session, statementTimeoutMs: number): Promise<void> {
  try {
    const { rows } = await session.query<{ version: string }>(
      `select current_setting('server_version_num') as version`,
    );
    await session.query(asChecked);
    await session.query(`set statement_timeout = ${Math.round(statementTimeoutMs)}`);
    await session.query(`set idle_in_transaction_session_timeout = 60000`);
    // Our own way of keeping others from writing must not keep us from it.
    await session.query('set default_transaction_read_only = off');
    if (Number(rows[0]?.version) >= 140_000)
      await session.query(`set client_connection_check_interval = 2000`);
  } catch (error) {
    throw nothingDone(error);
  }
}

/** `SLIP`, and what of it: everybody who runs migrations in one database takes this one. */
const LOCK = '1397508432, 1';

export async function takeLock(session: Session): Promise<boolean> {
  const { rows } = await session.query<{ taken: boolean }>(`select pg_try_advisory_lock(${LOCK}) as taken`);
  return rows[0]?.taken === true;
}

/** A script may have changed under which names and as whom we look. */
export async function ourselvesAgain(session: Session): Promise<void> {
  await session.query('reset role; reset search_path');
}

/** With any other of these a script would mean something else than what was read when it was checked. */
const asChecked = `set standard_conforming_strings = on; set client_encoding = 'UTF8'`;

/**
 * How long a statement may wait and take is what was approved, and how it is read what was checked, whatever a statement
 * before it has set: what pg_dump writes begins with `SET lock_timeout = 0`.
 */
export async function limitsAgain(
  session: Session,
  { lockTimeoutMs, statementTimeoutMs }: Pick<Run, 'lockTimeoutMs' | 'statementTimeoutMs'>,
): Promise<void> {
  const [lockMs, statementMs] = [lockTimeoutMs, statementTimeoutMs].map(Math.round);
  await session.query(
    `set lock_timeout = ${lockMs}; set statement_timeout = ${statementMs};
      set idle_in_transaction_session_timeout = 60000; ${asChecked}`,
  );
}

export async function isLockTaken(session: Session): Promise<boolean> {
  const { rows } = await session.query(
    `select 1 from pg_locks where locktype = 'advisory' and granted and objsubid = 2
      and classid = 1397508432 and objid = 1
      and database = (select oid from pg_database where datname = current_database())`,
  );
  return rows.length > 0;
}
