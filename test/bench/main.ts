import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg, totalmem } from 'node:os';
import { ack } from './ack.ts';
import { askedFrom } from './asked.ts';
import { change } from './change.ts';
import { rollouts } from './rollout/bench.ts';
import { rolloutLive } from './rollout-live/live.ts';
import { start } from './start.ts';
import { type Row, table } from './table.ts';
import { waiting } from './waiting.ts';

/**
 * `npm run bench` measures these; `npm run bench -- ack start` some of them; `--write` keeps it in BENCHMARKS.md. Words
 * that begin with a dash, and what follows them, are for those that have to be asked for by name.
 */
const benches: Readonly<Record<string, () => Promise<Row[]>>> = { start, ack, change, waiting };

/** Those that take so long that they have to be asked for by name; each has a place of its own in the document. */
const long: Readonly<Record<string, (options: readonly string[]) => Promise<string>>> = {
  rollouts,
  'rollout-live': rolloutLive,
};

const DOCUMENT = 'BENCHMARKS.md';

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

/** Replaces what stands between two marks in the document. */
function keep(name: string, measured: string): void {
  if (!process.argv.includes('--write')) return;
  const begin = `<!-- ${name}:begin -->`;
  const end = `<!-- ${name}:end -->`;
  const text = readFileSync(DOCUMENT, 'utf8');
  const [before] = text.split(begin);
  const [, after] = text.split(end);
  writeFileSync(DOCUMENT, `${before}${begin}\n\n${measured}\n\n${end}${after}`);
}

const asked = askedFrom(process.argv.slice(2), { usual: Object.keys(benches), long: Object.keys(long) });
if (asked.kind === 'say') {
  console.error(asked.words);
  process.exit(asked.exitCode);
}
const { names, options } = asked;

const rows: Row[] = [];
const loads = [`${load()} at the start`];
for (const [name, bench] of Object.entries(benches)) {
  if (!names.includes(name)) continue;
  console.error(`${name} …`);
  rows.push(...(await bench()));
  loads.push(`${load()} after ${name}`);
}
if (rows.length > 0) {
  const measured = `${where(loads)}\n\n${table(rows)}`;
  console.log(measured);
  keep('table', measured);
}
for (const [name, bench] of Object.entries(long)) {
  if (!names.includes(name)) continue;
  console.error(`${name} …`);
  const told = await bench(options);
  const measured = `${where([`${load()} at the end`])}\n\n${told}`;
  console.log(measured);
  keep(name, measured);
}
process.exit(0);
