import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openStore } from '../index.ts';
import { lockFolder } from './folder-lock.ts';
import { FolderInUse, type Opened, openEmbedded } from './index.ts';

const compiled = fileURLToPath(new URL('../../../dist/src/store/index.js', import.meta.url));

let folder: string;
let open: Opened;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-embedded-'));
  open = await openEmbedded({ folder });
});

afterAll(async () => {
  await open.close();
  rmSync(folder, { recursive: true, force: true });
});

const others: string[] = [];
const anotherFolder = () => {
  const other = mkdtempSync(join(tmpdir(), 'slipway-embedded-'));
  others.push(other);
  return other;
};

afterEach(() => {
  for (const other of others.splice(0)) rmSync(other, { recursive: true, force: true });
});

test('types are read as pg reads them from any server', async () => {
  const { rows } = await open.pool.query(
    `select 9007199254740993::int8 as i8, 1.50::numeric as n, '\\x00ff'::bytea as b, array[1, 2] as a,
            '{"a": [1]}'::json as j, true as t, null as nothing, timestamptz '2026-01-02 03:04:05.678+00' as at`,
  );
  expect(rows).toEqual([
    {
      i8: '9007199254740993',
      n: '1.50',
      b: Buffer.from([0, 255]),
      a: [1, 2],
      j: { a: [1] },
      t: true,
      nothing: null,
      at: new Date('2026-01-02T03:04:05.678Z'),
    },
  ]);
});

test('an error leaves the connection usable, and says what a server would', async () => {
  const client = await open.pool.connect();
  await expect(client.query('select 1 / 0')).rejects.toMatchObject({ code: '22012', severity: 'ERROR' });
  await expect(client.query('select $1::integer as one', [1])).resolves.toMatchObject({ rows: [{ one: 1 }] });
  client.release();
});

test('a hundred queries at once, some of them megabytes long, are each answered with their own', async () => {
  const texts = Array.from({ length: 100 }, (_, index) => `${index}`.repeat(index % 10 === 0 ? 500_000 : 10));
  const results = await Promise.all(texts.map((text) => open.pool.query('select $1::text as text', [text])));
  expect(results.map(({ rows }) => rows[0].text)).toEqual(texts);
});

test('transactions of different connections never mix', async () => {
  await open.pool.query('create table if not exists public.counter (value integer)');
  await open.pool.query('truncate public.counter; insert into public.counter values (0)');
  const add = async (isKept: boolean) => {
    const client = await open.pool.connect();
    await client.query('begin');
    const { rows } = await client.query('select value from public.counter');
    await client.query('update public.counter set value = $1', [rows[0].value + 1]);
    await client.query(isKept ? 'commit' : 'rollback');
    client.release();
  };
  await Promise.all(Array.from({ length: 40 }, (_, index) => add(index % 2 === 0)));
  expect((await open.pool.query('select value from public.counter')).rows).toEqual([{ value: 20 }]);
});

test('a client that is thrown away in a transaction leaves nothing of it, and holds nobody up', async () => {
  await open.pool.query('create table if not exists public.left_behind (value integer)');
  const client = await open.pool.connect();
  await client.query('begin');
  await client.query('insert into public.left_behind values (1)');
  client.release(true);
  expect((await open.pool.query('select count(*)::integer as n from public.left_behind')).rows).toEqual([
    { n: 0 },
  ]);
});

test('whoever listens hears what others notify, also after another one stopped listening', async () => {
  const heard: string[] = [];
  const [first, second] = [await open.pool.connect(), await open.pool.connect()];
  for (const [name, client] of [
    ['first', first],
    ['second', second],
  ] as const) {
    client.on('notification', ({ channel, payload }) => heard.push(`${name} ${channel} ${payload}`));
    await client.query('listen news');
  }
  await open.pool.query(`select pg_notify('news', 'one'), pg_notify('olds', 'none')`);
  await first.query('unlisten news');
  await open.pool.query(`notify news, 'two'`);
  await second.query('select 1');
  expect(heard.toSorted()).toEqual(['first news one', 'second news one', 'second news two']);
  await second.query('unlisten *');
  first.release(true);
  second.release(true);
});

test('a second opener is refused before it touches anything', async () => {
  const before = readdirSync(join(folder, 'database')).toSorted();
  await expect(openEmbedded({ folder })).rejects.toThrow(FolderInUse);
  expect(readdirSync(join(folder, 'database')).toSorted()).toEqual(before);
  expect((await open.pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
});

test('a database that cannot be opened says so, and gives the folder back', async () => {
  const other = anotherFolder();
  mkdirSync(join(other, 'database'));
  writeFileSync(join(other, 'database', 'PG_VERSION'), 'nonsense');
  await expect(openEmbedded({ folder: other })).rejects.toThrow();
  await (await lockFolder(other, { pid: process.pid, startedAtMs: 0 })).release();
});

test('a database whose making was cut short is made anew, and holds what was in it when it is opened again', async () => {
  const other = anotherFolder();
  mkdirSync(join(other, 'database.unfinished'));
  writeFileSync(join(other, 'database.unfinished', 'PG_VERSION'), '18');
  const settings = { databaseUrl: null, folder: other, nowMs: Date.now };
  const first = await openStore(settings);
  expect(first.kind).toBe('embedded');
  expect(existsSync(join(other, 'database.unfinished'))).toBe(false);
  await first.store.inbox.receive({ key: 'k-1', kind: 'command', body: null });
  await first.close();
  await first.store.close();
  await expect(first.store.nowMs()).rejects.toThrow();
  const second = await openStore(settings);
  expect(await second.store.inbox.waiting(0, 10)).toEqual(['k-1']);
  await second.close();
});

test('kill -9 loses nothing that was acknowledged', async () => {
  const other = anotherFolder();
  const program = `
    import { openStore } from ${JSON.stringify(compiled)};
    const { store } = await openStore({ databaseUrl: null, folder: ${JSON.stringify(other)}, nowMs: Date.now });
    for (let index = 0; ; index += 1) {
      const key = process.pid + '-' + index;
      await store.inbox.receive({ key, kind: 'command', body: { index } });
      console.log(key);
    }
  `;
  const acknowledged: string[] = [];
  for (let round = 1; round <= 3; round += 1) {
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines = createInterface({ input: child.stdout });
    const isOver = once(lines, 'close');
    let received = 0;
    lines.on('line', (line) => {
      acknowledged.push(line);
      received += 1;
      if (received === round * 70) child.kill('SIGKILL');
    });
    await isOver;
  }
  const { store, close } = await openStore({ databaseUrl: null, folder: other, nowMs: Date.now });
  const found = new Set(await store.inbox.waiting(0, 100_000));
  expect(acknowledged.filter((key) => !found.has(key))).toEqual([]);
  await close();
  expect(acknowledged.length).toBeGreaterThanOrEqual(400);
}, 120_000);
