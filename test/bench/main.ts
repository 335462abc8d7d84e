import { loadavg } from 'node:os';
import { ack } from './ack.ts';
import { change } from './change.ts';
import { start } from './start.ts';
import { type Row, table } from './table.ts';
import { waiting } from './waiting.ts';

const benches: Readonly<Record<string, () => Promise<Row[]>>> = { start, ack, change, waiting };

const asked = process.argv.slice(2);
const rows: Row[] = [];
for (const [name, bench] of Object.entries(benches)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  console.error(
    `${name} … (load average ${loadavg()
      .map((each) => each.toFixed(1))
      .join(' ')})`,
  );
  rows.push(...(await bench()));
}
console.log(table(rows));
