import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { isTest, type Source, sourcesBelow } from './sources.ts';

/** One idea a file; a file of tests may hold a story. */
const LINES_MAX = 300;
const TEST_LINES_MAX = 600;

function tooLong(source: Source): boolean {
  const lines = source.text.split('\n').length - 1;
  return lines > (isTest(source) ? TEST_LINES_MAX : LINES_MAX);
}

test('no file is longer than one can hold in mind', () => {
  const sources = sourcesBelow('src', 'commands', 'test');
  expect(sources.length).toBeGreaterThan(300);
  expect(sources.filter(tooLong).map(({ file }) => file)).toEqual([]);
});

test('a file of 301 lines is too long, and one of 300 is not', () => {
  expect(tooLong({ file: 'src/a.ts', text: 'x\n'.repeat(301) })).toBe(true);
  expect(tooLong({ file: 'src/a.ts', text: 'x\n'.repeat(300) })).toBe(false);
  expect(tooLong({ file: 'src/a.test.ts', text: 'x\n'.repeat(601) })).toBe(true);
});

const long = `export function long(): number {\n  let sum = 0;\n${'  sum += 1;\n'.repeat(60)}  return sum;\n}\n`;

/** Files that break one rule each, in a house with the same linter. */
const broken = [
  ['src/engine/long.ts', long, 'noExcessiveLinesPerFunction'],
  ['src/engine/default.ts', 'export default 1;\n', 'noDefaultExport'],
  ['src/engine/environment.ts', 'export const a = process.env;\n', 'noProcessEnv'],
  ['src/engine/talks.ts', 'console.log(1);\n', 'noConsole'],
  ['src/engine/fetches.ts', "export const a = await fetch('x');\n", 'noRestrictedGlobals'],
  ['src/engine/any.ts', 'export const a: any = 1;\n', 'noExplicitAny'],
  ['src/engine/sure.ts', 'export const a = (b: string | null) => b!;\n', 'noNonNullAssertion'],
  ['src/engine/enum.ts', 'export enum A { B }\n', 'noEnum'],
  ['src/engine/interface.ts', 'export interface A { readonly b: 1 }\n', 'useConsistentTypeDefinitions'],
  ['src/engine/bigName.ts', 'export const a = 1;\n', 'useFilenamingConvention'],
] as const;

test('the linter finds what breaks each rule, and is content with the rest', () => {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-lint-'));
  mkdirSync(join(folder, 'src/engine'), { recursive: true });
  copyFileSync('biome.json', join(folder, 'biome.json'));
  for (const [file, text] of broken) writeFileSync(join(folder, file), text);
  writeFileSync(join(folder, 'src/engine/fine.ts'), 'export const a = 1;\n');
  const biome = resolve('node_modules/@biomejs/biome/bin/biome');
  const words = [biome, 'lint', '--colors=off', '--max-diagnostics=none', '--diagnostic-level=error', '.'];
  const { stdout, stderr } = spawnSync(process.execPath, words, { cwd: folder, encoding: 'utf8' });
  rmSync(folder, { recursive: true });

  const found = [...`${stdout}${stderr}`.matchAll(/^(src\S+?)(?::\d+:\d+)? lint\/[a-z]+\/([a-zA-Z]+)/gm)];
  const said = new Set(found.map(([, file, rule]) => `${file} ${rule}`));
  expect(broken.filter(([file, , rule]) => !said.has(`${file} ${rule}`))).toEqual([]);
  expect([...said].filter((line) => line.includes('fine.ts'))).toEqual([]);
});
