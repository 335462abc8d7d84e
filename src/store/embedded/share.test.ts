import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FolderInUse } from './folder-lock.ts';
import { openShared, type Shared } from './share.ts';

let folder: string;
let shared: Shared;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-shared-'));
  shared = await openShared({ folder });
});
afterAll(async () => {
  await shared.close();
  rmSync(folder, { recursive: true, force: true });
});

async function connected(): Promise<Client> {
  const client = new Client({ connectionString: shared.address });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

async function ask(sql: string): Promise<unknown[]> {
  const client = await connected();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

test('its address stands in its folder, for whoever wants to look', () => {
  expect(readFileSync(join(folder, 'address'), 'utf8')).toBe(`${shared.address}\n`);
});

test('what ends with a session elsewhere ends with a connection here', async () => {
  await ask("set statement_timeout = 777; select pg_try_advisory_lock(7); set search_path to 'nowhere'");
  expect(await ask('show statement_timeout')).toEqual([{ statement_timeout: '0' }]);
  expect(await ask("select count(*)::int as locks from pg_locks where locktype = 'advisory'")).toEqual([
    { locks: 0 },
  ]);
  expect(await ask('show search_path')).toEqual([{ search_path: 'public' }]);
});

test('who comes while somebody is there waits, and sees nothing of what was not committed', async () => {
  await ask('create table seen (value integer)');
  const first = await connected();
  await first.query('begin');
  await first.query('insert into seen values (1)');
  let isIn = false;
  const second = ask('select * from seen').finally(() => {
    isIn = true;
  });
  await sleep(300);
  expect(isIn).toBe(false);
  await first.end();
  expect(await second).toEqual([]);
});

test('who hangs up in the middle of a transaction leaves nothing of it, and holds nobody up', async () => {
  await ask('create table left_behind (value integer)');
  const first = await connected();
  await first.query('begin');
  await first.query('insert into left_behind values (1)');
  (first as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
  expect(await ask('select * from left_behind')).toEqual([]);
});

test('who says nothing while others wait is sent away, and who waits for a long statement is not', async () => {
  const silent = await connected();
  const slow = ask('select 1 as one, pg_sleep(7)');
  const last = ask('select 2 as two');
  expect(await slow).toEqual([{ one: 1, pg_sleep: '' }]);
  expect(await last).toEqual([{ two: 2 }]);
  await expect(silent.query('select 1')).rejects.toThrow();
}, 60_000);

test('one process has the folder, and what was in it is there when it is opened again', async () => {
  await expect(openShared({ folder })).rejects.toThrow(FolderInUse);
  await ask('create table kept as select 42 as answer');
  await shared.close();
  shared = await openShared({ folder });
  expect(await ask('select answer from kept')).toEqual([{ answer: 42 }]);
});
