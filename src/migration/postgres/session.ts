import { Client, type QueryResult } from 'pg';
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
  const address = await connect();
  return withClient(address, statementTimeoutMs + ANSWER_LONGER_MS, async (session) => {
    const version = await versionBehind(session, address);
    await prepare(session, version, statementTimeoutMs);
    return work(session);
  });
}

async function withClient<T>(
  address: string,
  answerWithinMs: number,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const session = clientFor(address, answerWithinMs);
  // A connection that breaks while nobody waits for it would end the program; whoever asks next learns of it.
  session.on('error', () => undefined);
  try {
    await session.connect();
  } catch (error) {
    await session.end().catch(() => undefined);
    throw nothingDone(error);
  }
  try {
    return await work(session);
  } finally {
    await session.end().catch(() => undefined);
  }
}

function clientFor(connectionString: string, answerWithinMs: number): Session {
  try {
    return new Client({
      connectionString,
      application_name: 'slipway migrations',
      connectionTimeoutMillis: CONNECT_MS,
      query_timeout: answerWithinMs,
      keepAlive: true,
    });
  } catch {
    // What it cannot read holds a password, and is told to nobody.
    const message = 'the address of the database is not one: it has to begin with postgres://';
    throw new Failed({ code: 'rejected', message, retryAfterMs: null });
  }
}

type Known = { readonly version: string; readonly backend: number; readonly isEmbedded: boolean };

async function known(session: Session): Promise<Known> {
  const { rows } = await session.query<Known>(
    `select current_setting('server_version_num') as version, pg_backend_pid() as backend,
      version() like '%PGlite%' as "isEmbedded"`,
  );
  return rows[0] ?? { version: '0', backend: 0, isEmbedded: false };
}

/** The version of the server. @throws {Failed} `rejected` where what is set and locked here would be somebody else's */
async function versionBehind(session: Session, address: string): Promise<number> {
  try {
    const { version, backend, isEmbedded } = await known(session);
    behind.set(session, backend);
    // Whoever stands between tells another number than the one that really answers.
    const isDirect = Reflect.get(session, 'processID') === backend;
    if (!isDirect && !isEmbedded && (await isShared(session, address))) throw shared();
    return Number(version);
  } catch (error) {
    throw nothingDone(error);
  }
}

/** Who answered each session first: nobody else ever does, unless a pool hands it on. */
const behind = new WeakMap<Session, number>();

function shared(): Failed {
  return new Failed({ code: 'rejected', message: SHARED, retryAfterMs: null });
}

const SHARED =
  'the address of the database leads to a pool in transaction mode, where a lock and a limit would be left to whoever comes next: give the address of the database itself, or of a pool in session mode';

const LOOKS = 3;
const LOOK_MS = 3_000;

/**
 * Whether each has a connection for a moment only: two who are both there are answered by one and the same then, or, where
 * the pool is busy, one of them by several. What is not seen here is seen before anything is run (`limitsAgain`).
 */
async function isShared(session: Session, address: string): Promise<boolean> {
  const isOther = async () => (await known(session)).backend !== behind.get(session);
  const looked = async (other: Session) => {
    for (let look = 0; look < LOOKS; look += 1) {
      if ((await isOther()) || (await known(other)).backend === behind.get(session)) return true;
    }
    return false;
  };
  for (let look = 0; look < LOOKS; look += 1) if (await isOther()) return true;
  try {
    return await withClient(address, LOOK_MS, looked);
  } catch {
    // A pool that has no second one to give, gives the first to nobody else.
    return false;
  }
}

async function prepare(session: Session, version: number, statementTimeoutMs: number): Promise<void> {
  try {
    await session.query(asChecked);
    await session.query(`set statement_timeout = ${Math.round(statementTimeoutMs)}`);
    await session.query(`set idle_in_transaction_session_timeout = 60000`);
    // Our own way of keeping others from writing must not keep us from it.
    await session.query('set default_transaction_read_only = off');
    if (version >= 140_000) await session.query(`set client_connection_check_interval = 2000`);
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
 * before it has set: what pg_dump writes begins with `SET lock_timeout = 0`. In the same breath it is seen who answers: on
 * another connection than the first there is no lock of ours.
 * @throws {Failed} `rejected` where that is somebody else by now
 */
export async function limitsAgain(
  session: Session,
  { lockTimeoutMs, statementTimeoutMs }: Pick<Run, 'lockTimeoutMs' | 'statementTimeoutMs'>,
): Promise<void> {
  const [lockMs, statementMs] = [lockTimeoutMs, statementTimeoutMs].map(Math.round);
  // Several statements in one query are answered one by one.
  const answers = (await session.query(
    `set lock_timeout = ${lockMs}; set statement_timeout = ${statementMs};
      set idle_in_transaction_session_timeout = 60000; ${asChecked};
      select pg_catalog.pg_backend_pid() as backend`,
  )) as unknown as readonly QueryResult<Pick<Known, 'backend'>>[];
  if (answers.at(-1)?.rows[0]?.backend !== behind.get(session)) throw shared();
}

export async function isLockTaken(session: Session): Promise<boolean> {
  const { rows } = await session.query(
    `select 1 from pg_locks where locktype = 'advisory' and granted and objsubid = 2
      and classid = 1397508432 and objid = 1
      and database = (select oid from pg_database where datname = current_database())`,
  );
  return rows.length > 0;
}

/** In which schema a table is found, where names are looked up now; null where it is not. */
export async function schemaOf(session: Session, table: string): Promise<string | null> {
  const { rows } = await session.query<{ schema: string }>(
    `select n.nspname as schema from pg_catalog.pg_class c
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace where c.oid = to_regclass($1)`,
    [table],
  );
  return rows[0]?.schema ?? null;
}
