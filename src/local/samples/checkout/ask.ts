import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Client } from 'pg';

// `node dist/src/local/samples/checkout/ask.js staging "select * from orders"`: for whoever has no client for Postgres.
const [environment = '', sql = ''] = process.argv.slice(2);
// biome-ignore lint/style/noProcessEnv: a program of its own, and this is all the configuration it has.
const home = resolve(process.env['SLIPWAY_HOME'] ?? '.slipway');
const file = `${home}/databases/checkout-${environment}/address`;
const address = await readFile(file, 'utf8').catch(() => null);
if (address === null || sql === '') {
  process.stderr.write(
    `${address === null ? `There is no ${file}.\n` : ''}ask.js <environment> "<statement>"\n`,
  );
  process.exit(2);
}
const client = new Client({ connectionString: address.trim() });
try {
  await client.connect();
  const answers = [await client.query(sql)].flat();
  for (const { rows, command } of answers) {
    if (rows.length === 0) process.stdout.write(`${command}\n`);
    for (const row of rows) process.stdout.write(`${JSON.stringify(row)}\n`);
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
} finally {
  await client.end().catch(() => undefined);
}
