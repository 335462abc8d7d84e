import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sourceAround } from '../../../test/support/source-around.ts';
import { openSource } from '../index.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-changelog-'));
  mkdirSync(join(folder, 'sql'));
  for (const name of ['1.sql', '2.sql', 'notes.md']) writeFileSync(join(folder, 'sql', name), name);
  writeFileSync(join(folder, 'secret.sql'), 'secret');
  symlinkSync(join(folder, 'secret.sql'), join(folder, 'sql', 'link.sql'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const release = (version: string, contains?: readonly string[]) => ({
  version,
  commits: [],
  ...(contains === undefined ? {} : { contains }),
});

function files(contains: readonly string[] | undefined, at = 'v1') {
  writeFileSync(join(folder, 'log.json'), JSON.stringify({ releases: [release('v1', contains)] }));
  const source = openSource({ kind: 'changelog', settings: { file: 'log.json' } }, sourceAround(folder));
  if (source.files === undefined) throw new Error('it keeps files');
  return source.files(at, 'sql', ['.sql']);
}

test('a release has the files of a folder that it says it contains, and no others', async () => {
  expect(await files(['sql/1.sql', 'sql/notes.md', 'other/2.sql'])).toEqual([
    { path: '1.sql', text: '1.sql' },
  ]);
  expect(await files(['sql/2.sql'])).toEqual([{ path: '2.sql', text: '2.sql' }]);
});

test('one that does not say is not taken for one that has none', async () => {
  await expect(files(undefined)).rejects.toThrow('does not say which files v1 contains');
  expect(await files([])).toEqual([]);
});

test.each([
  ['sql/3.sql', 'is not there'],
  ['sql/link.sql', 'leads out'],
  ['sql/../secret.sql', 'leads out'],
])('what it says and is not so is refused: %s', async (path, because) => {
  await expect(files([path])).rejects.toThrow(because);
});

test('a release that the changelog does not know has no files', async () => {
  await expect(files([], 'v2')).rejects.toThrow('knows no v2');
});
