import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg, totalmem } from 'node:os';
import { ack } from './ack.ts';
import { change } from './change.ts';
import { start } from './start.ts';
import { type Row, table } from './table.ts';
import { waiting } from './waiting.ts';

/** `npm run bench` measures everything; `npm run bench -- ack start` some of it; `--write` keeps it in BENCHMARKS.md. */
const benches: Readonly<Record<string, () => Promise<Row[]>>> = { start, ack, change, waiting };

const DOCUMENT = 'BENCHMARKS.md';
const BEGIN = '<!-- table:begin -->';
const END = '<!-- table:end -->';

function load(): string {
  return loadavg()
    .map((each) => each.toFixed(1))
    .join(' ');
}

function where(loads: readonly string[]): string {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  const memory = Math.round(totalmem() / 2 ** 30);
  return [
    `Measured at ${commit} with Node.js ${process.versions.node} on a shared virtual machine with`,
    `${availableParallelism()} cores and ${memory} GB.`,
    `Its load averages over 1, 5 and 15 minutes: ${loads.join('; ')}.`,
  ].join(' ');
}

const asked = process.argv.slice(2).filter((word) => word !== '--write');
const unknown = asked.filter((word) => !Object.hasOwn(benches, word));
if (unknown.length > 0)
  throw new Error(`There is no ${unknown.join(', ')}: ${Object.keys(benches).join(', ')}.`);

const rows: Row[] = [];
const loads = [`${load()} at the start`];
for (const [name, bench] of Object.entries(benches)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  console.error(`${name} …`);
  rows.push(...(await bench()));
  loads.push(`${load()} after ${name}`);
}
const measured = `${where(loads)}\n\n${table(rows)}`;
console.log(measured);
if (process.argv.includes('--write')) {
  const text = readFileSync(DOCUMENT, 'utf8');
  const [before] = text.split(BEGIN);
  const [, after] = text.split(END);
  writeFileSync(DOCUMENT, `${before}${BEGIN}\n\n${measured}\n\n${END}${after}`);
}
process.exit(0);
