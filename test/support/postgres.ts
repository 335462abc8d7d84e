import { execFileSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import {
  findProgram,
  freePort,
  INSTALL,
  type Running,
  removeFolder,
  run,
  temporaryFolder,
  unprivileged,
  untilReady,
} from './server.ts';

/** A real Postgres server of our own, in a temporary folder. */
export type TestPostgres = {
  readonly url: string;
  /** A new, empty database on it. */
  createDatabase(): Promise<string>;
  /** Stops it as a crash would, and starts it again: transactions are lost, what was committed is not. */
  restartImmediate(): Promise<void>;
  /** Stops it as a crash would, until `start`. */
  crash(): Promise<void>;
  start(): Promise<void>;
  /** Starts it again as a standby, which can be read from and not written to. */
  becomeStandby(): Promise<void>;
  stop(): Promise<void>;
};

export type Unavailable = { readonly unavailable: string; readonly install: string };

/** Starts a server, or says why there is none. Never runs as root: Postgres refuses to. */
export async function startPostgres(): Promise<TestPostgres | Unavailable> {
  const initdb = findProgram('initdb', binaries());
  const postgres = findProgram('postgres', binaries());
  if (initdb === null || postgres === null) {
    return { unavailable: 'no Postgres server is installed', install: INSTALL };
  }
  const person = unprivileged();
  const folder = temporaryFolder('postgres', person);
  const place = join(folder, 'database');
  execFileSync(
    initdb,
    ['-D', place, '-U', 'slipway', '--auth=trust', '--no-sync', '-E', 'UTF8', '--locale=C'],
    {
      stdio: 'pipe',
      cwd: folder,
      ...person,
    },
  );
  const port = await freePort();
  const urlOf = (database: string) => `postgres://slipway@127.0.0.1:${port}/${database}`;
  let running: Running | null = null;
  let databases = 0;

  const start = async () => {
    running = await run(postgres, ['-D', place, '-p', `${port}`, '-k', folder, ...settings], person);
    await untilReady('Postgres', () => query(urlOf('postgres'), 'select 1'), running);
  };
  const crash = async () => {
    await running?.kill('SIGQUIT');
    running = null;
  };
  await start();
  return {
    url: urlOf('postgres'),
    createDatabase: async () => {
      databases += 1;
      await query(urlOf('postgres'), `create database test_${databases}`);
      return urlOf(`test_${databases}`);
    },
    restartImmediate: async () => {
      await crash();
      await start();
    },
    crash,
    start,
    becomeStandby: async () => {
      await running?.kill('SIGINT');
      writeFileSync(join(place, 'standby.signal'), '');
      await start();
    },
    stop: async () => {
      await crash();
      removeFolder(folder);
    },
  };
}

/** The disk is not what we test: a killed process leaves its writes to the system, with or without fsync. */
const settings = ['fsync=off', 'listen_addresses=127.0.0.1', 'max_connections=200'].flatMap((it) => [
  '-c',
  it,
]);

/** Where Debian and Ubuntu keep them, newest version first. */
function binaries(): string[] {
  const root = '/usr/lib/postgresql';
  try {
    const versions = readdirSync(root).toSorted((a, b) => Number(b) - Number(a));
    return versions.map((version) => join(root, version, 'bin'));
  } catch {
    return [];
  }
}

async function query(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
