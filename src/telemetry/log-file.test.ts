import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { logFile } from './log-file.ts';

let folder: string;
let lost: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-log-'));
  lost = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

const open = (path: string) => logFile(path, (line) => lost.push(line));

test('lines are added to a file that nobody else may read, from the first one on', () => {
  const path = join(folder, 'home', 'slipway.log');
  const first = open(path);
  expect(readdirSync(folder)).toEqual([]);
  first('one\n');
  first('two\n');
  open(path)('three\n');
  expect(readFileSync(path, 'utf8')).toBe('one\ntwo\nthree\n');
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(lost).toEqual([]);
});

test('a file that has grown too large makes room once, and no line of it is torn', () => {
  const path = join(folder, 'slipway.log');
  const line = `${'x'.repeat(1024 * 1024 - 1)}\n`;
  const write = open(path);
  for (let count = 0; count < 25; count++) write(line);
  const sizes = [path, `${path}.1`].map((each) => statSync(each).size);
  for (const size of sizes) expect([size % line.length, size <= 11 * line.length]).toEqual([0, true]);
  expect(readdirSync(folder).toSorted()).toEqual(['slipway.log', 'slipway.log.1']);
});

test('what cannot be written is handed on', () => {
  writeFileSync(join(folder, 'file'), '');
  open(join(folder, 'file', 'slipway.log'))('a line\n');
  expect(lost).toEqual(['a line\n']);
});
