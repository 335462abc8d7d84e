import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What had to be skipped, as lines of a file whose name every worker inherits. */
const FILE = 'SLIPWAY_TEST_SKIPS';

/** Says aloud at the end of the run what was not tested and how to have it tested. Where CI is set, it fails instead. */
export function skipped(what: string, because: string, install: string): void {
  const line = `SKIPPED ${what}: ${because}. To run it: ${install}`;
  if (process.env['CI'] !== undefined) throw new Error(line);
  sayAloud(line);
}

/** As `skipped`, for what no machine can be asked to have: other people's descriptions that do not ship with us. */
export function without(what: string, because: string): void {
  sayAloud(`SKIPPED ${what}: ${because}.`);
}

function sayAloud(line: string): void {
  const file = process.env[FILE];
  if (file === undefined) console.warn(line);
  else appendFileSync(file, `${line}\n`);
}

/** Vitest's global setup: gathers the lines of all workers, and prints each one once. */
export default function gatherSkips(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-skips-'));
  const file = join(folder, 'skips.txt');
  process.env[FILE] = file;
  return () => {
    const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
    rmSync(folder, { recursive: true, force: true });
    for (const line of new Set(lines)) console.warn(`\n${line}`);
  };
}
