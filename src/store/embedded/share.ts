import { createHash } from 'node:crypto';
import { lstatSync } from 'node:fs';
import { chmod, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Client } from 'pg';
import { type Served, serveDatabase } from './database-thread.ts';
import { existing } from './existing.ts';
import { type FolderLock, lockFolder } from './folder-lock.ts';
import { openTurns } from './turns.ts';

/** A database that other processes of this machine may use too. */
export type Shared = {
  /** For whoever speaks to Postgres: `postgres://…`. It also stands in `address` in the folder. */
  readonly address: string;
  close(): Promise<void>;
};

/** How Postgres's own clients call the socket of a server that they look for in a folder. */
const SOCKET = '.s.PGSQL.5432';

/**
 * Opens the database in this folder, and makes it where it is missing: Postgres inside this process, at a socket that
 * this user alone may use. There is one session, so that one connection is let in at a time: the others wait in line.
 * What ends with a session elsewhere ends with each connection here too: settings, session locks, what was prepared.
 * What this Postgres does not do: end a statement that takes too long (`statement_timeout`).
 * @throws {FolderInUse} when another live process has the folder; nothing was opened then.
 */
export async function openShared({ folder }: { readonly folder: string }): Promise<Shared> {
  const home = resolve(folder);
  const me = { pid: process.pid, startedAtMs: Math.round(performance.timeOrigin) };
  const lock = await lockFolder(home, me);
  try {
    const served = await serveDatabase(await existing(home));
    return await listening(home, served, lock);
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function listening(home: string, served: Served, lock: FolderLock): Promise<Shared> {
  const place = await privatePlace(home);
  const turns = openTurns({ wire: () => served.wire(), reset: () => startAnew(served) });
  const server = createServer(turns.attend);
  await listen(server, join(place, SOCKET));
  const address = `postgres://postgres@/postgres?host=${encodeURIComponent(place)}`;
  await writeWhole(join(home, 'address'), `${address}\n`);
  return {
    address,
    async close() {
      server.close();
      await turns.close();
      await served.close();
      await rm(place, { recursive: true, force: true });
      await lock.release();
    },
  };
}

/** As a new session begins; whoever had it before is gone, and with them whatever they had open. */
async function startAnew(served: Served): Promise<void> {
  const client = new Client({ user: 'postgres', database: 'postgres', stream: () => served.wire() });
  await client.connect();
  try {
    await client.query('discard all');
  } finally {
    await client.end();
  }
}

/**
 * The socket lives in the system's folder for temporary things: its path may have 103 bytes at most, and a home folder
 * may lie as deep as it likes. A folder that somebody else made there first is not used.
 */
async function privatePlace(home: string): Promise<string> {
  const hash = createHash('sha256').update(home).digest('hex').slice(0, 16);
  const place = join(tmpdir(), `slipway-database-${hash}`);
  await mkdir(place, { recursive: true, mode: 0o700 });
  const found = lstatSync(place);
  const isOurs = found.isDirectory() && (process.getuid === undefined || found.uid === process.getuid());
  if (!isOurs || (found.mode & 0o077) !== 0)
    throw new Error(`${place} is not ours alone: remove it and try again`);
  return place;
}

async function listen(server: Server, path: string): Promise<void> {
  // Left behind by a process that was killed; nobody else has the folder.
  await rm(path, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  await chmod(path, 0o600);
}

async function writeWhole(path: string, text: string): Promise<void> {
  const draft = `${path}.draft`;
  await writeFile(draft, text, { mode: 0o600 });
  await rename(draft, path);
}
