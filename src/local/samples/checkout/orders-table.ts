import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, DatabaseError } from 'pg';
import { say } from '../serve.ts';

export type Row = {
  readonly id: string;
  readonly item: string;
  readonly cents: number;
  readonly who: string;
};

/** How one version of this service speaks to its table: what it writes, and what it reads as `Row`. */
export type Statements = { readonly insert: string; readonly select: string };

export type Table = {
  /** The newest orders. @throws what the database said when this version does not fit what it has become. */
  orders(): readonly Row[];
};

const EVERY_MS = 1_000;
/** So that the table of somebody who lets this run over night stays small. */
const FORGET = 'delete from orders where id <= (select max(id) - 200 from orders)';
type Order = readonly [item: string, cents: number, who: string];
const SOLD: readonly [Order, ...Order[]] = [
  ['rope, 20 m', 3_490, 'Mara'],
  ['anchor, 5 kg', 7_900, 'Jonas'],
  ['lantern', 2_400, 'Mara'],
];

/**
 * Takes an order every second, and keeps the newest ones at hand. While the database is not there people are shown
 * those that were read last; what the database itself refuses is an error for everybody who asks.
 */
export function keepOrders(home: string, environment: string, statements: Statements): Table {
  const file = join(home, 'databases', `checkout-${environment}`, 'address');
  let rows: readonly Row[] = [];
  let refused: Error | null = null;
  void forever();

  async function forever(): Promise<never> {
    for (let turn = 0; ; turn += 1) {
      await once(SOLD[turn % SOLD.length] ?? SOLD[0]).catch((error: Error) => {
        if (error instanceof DatabaseError) refused = error;
        say('warn', `the orders could not be read: ${error.message}`);
      });
      await sleep(EVERY_MS);
    }
  }

  async function once(order: Order): Promise<void> {
    rows = await ask((await readFile(file, 'utf8')).trim(), statements, order);
    refused = null;
  }

  return {
    orders() {
      if (refused !== null) throw refused;
      return rows;
    },
  };
}

/** A connection for each time: the database of a single machine lets one in after the other. */
async function ask(
  connectionString: string,
  { insert, select }: Statements,
  order: Order,
): Promise<readonly Row[]> {
  const client = new Client({ connectionString, connectionTimeoutMillis: 5_000, query_timeout: 5_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query(insert, [...order]);
    await client.query(FORGET);
    return (await client.query<Row>(select)).rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}
