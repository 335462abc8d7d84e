import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { dropLock, holds, readHolder, takeLock } from './lock.ts';

let folder = '';
let path = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-lock-'));
  path = join(folder, 'lock');
});
afterEach(() => rmSync(folder, { recursive: true }));

const one = { pid: process.pid, socketPath: '/one' };
const other = { pid: process.pid, socketPath: '/other' };
const dead = () => ({ pid: spawnSync(process.execPath, ['-e', '']).pid, socketPath: '/dead' });

test('the first one has it, the second one does not', async () => {
  expect(await takeLock(path, one)).toBe(true);
  expect(await takeLock(path, other)).toBe(false);
  expect(readHolder(path)).toEqual(one);
});

test('of several that come at once exactly one has it, also where a dead one left it', async () => {
  writeFileSync(path, JSON.stringify(dead()));
  const all = Array.from({ length: 8 }, (_, index) => ({ pid: process.pid, socketPath: `/${index}` }));
  const taken = await Promise.all(all.map((holder) => takeLock(path, holder)));
  expect(taken.filter(Boolean)).toHaveLength(1);
});

test('a lock that cannot be read is nobody\u2019s', async () => {
  writeFileSync(path, '{"pid":');
  expect(await takeLock(path, one)).toBe(true);
});

test('a lock whose process id now belongs to somebody else is taken over', async () => {
  writeFileSync(path, JSON.stringify({ pid: process.ppid, socketPath: join(folder, 'nobody.sock') }));
  utimesSync(path, 1, 1);
  expect(await takeLock(path, one)).toBe(true);
});

test('only its holder gives it back', async () => {
  await takeLock(path, one);
  dropLock(path, other);
  expect(holds(path, one)).toBe(true);
  dropLock(path, one);
  expect(readHolder(path)).toBeNull();
});
