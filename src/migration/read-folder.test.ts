import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readFolder } from './index.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'slipway-folder-'));
  mkdirSync(join(root, 'migrations/2_b'), { recursive: true });
  writeFileSync(join(root, 'secret.sql'), 'select 0');
});
afterEach(() => rmSync(root, { recursive: true }));

const write = (path: string, text: string) => writeFileSync(join(root, 'migrations', path), text);

test('the files with these endings are read, also further down, in one order', async () => {
  write('2_b/migration.sql', 'select 2');
  write('1_a.sql', 'select 1');
  write('README.md', '');
  expect(await readFolder(root, 'migrations', ['.sql'])).toEqual([
    { path: '1_a.sql', text: 'select 1' },
    { path: '2_b/migration.sql', text: 'select 2' },
  ]);
});

test('a folder that is not there is not an empty one', async () => {
  await expect(readFolder(root, 'nowhere', ['.sql'])).rejects.toMatchObject({
    failure: { code: 'not-found' },
  });
});

test('what leads out of the folder is not read', async () => {
  symlinkSync(join(root, 'secret.sql'), join(root, 'migrations/1_a.sql'));
  await expect(readFolder(root, 'migrations', ['.sql'])).rejects.toMatchObject({
    failure: { code: 'rejected' },
  });
});

test('what is larger than anybody writes is not read', async () => {
  write('1_a.sql', 'x'.repeat(1_000_001));
  await expect(readFolder(root, 'migrations', ['.sql'])).rejects.toMatchObject({
    failure: { code: 'rejected' },
  });
});
