import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { startPostgres } from '../support/postgres.ts';
import type { AckServer, AckUsage } from './ack-server.ts';
import { type Child, openChild } from './child.ts';
import type { Load, Loaded } from './load.ts';
import { ahead } from './priority.ts';
import { percentile } from './spread.ts';
import { type Row, row } from './table.ts';

const ROUNDS = 15;
const REQUESTS = 500;
const WARM_UP = 2_000;
const CONNECTIONS = 8;
const PER_SECOND = 100;
const PACED_REQUESTS = 1_000;
const PACED_ROUNDS = 3;

const names = {
  bare: 'bare Bolt',
  acceptPostgres: 'accept path, Postgres',
  wholePostgres: 'with handling, Postgres',
  acceptEmbedded: 'accept path, embedded',
  wholeEmbedded: 'with handling, embedded',
} as const;
type Name = keyof typeof names;

/** What a signed slash command costs from its arrival to its ack, next to Bolt with nothing behind it. */
export async function ack(): Promise<Row[]> {
  const postgres = await startPostgres();
  if ('unavailable' in postgres) throw new Error(`${postgres.unavailable}: ${postgres.install}`);
  const folder = mkdtempSync(join(tmpdir(), 'slipway-bench-'));
  const children: Child[] = [];
  try {
    await withDurability(postgres.url);
    const open = async (kind: AckServer['kind'], databaseUrl: string | null, name: string) => {
      const settings: AckServer = { kind, databaseUrl, folder: join(folder, name) };
      const server = await openChild('./ack-server.js', settings);
      children.push(server);
      return { server, url: (await server.ask<{ url: string }>({})).url };
    };
    const load = await openChild('./load.js', {});
    children.push(load);
    const servers = {
      bare: await open('bare', null, 'bare'),
      acceptPostgres: await open('accept', await postgres.createDatabase(), 'accept-postgres'),
      wholePostgres: await open('whole', await postgres.createDatabase(), 'whole-postgres'),
      acceptEmbedded: await open('accept', null, 'accept-embedded'),
      wholeEmbedded: await open('whole', null, 'whole-embedded'),
    };
    const bench = openBench(servers, load);
    return [...(await costs(bench)), ...(await delays(bench))];
  } finally {
    for (const child of children.toReversed()) await child.stop();
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The tests' Postgres does not wait for the disk; one that keeps what it promised does. */
async function withDurability(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query('alter system set fsync = on');
  await client.query('select pg_reload_conf()');
  await client.end();
}

type Servers = Readonly<Record<Name, { readonly server: Child; readonly url: string }>>;
type Bench = ReturnType<typeof openBench>;

function openBench(servers: Servers, load: Child) {
  const sent = new Map<Name, number>();
  const send = async (name: Name, how: Omit<Load, 'url'> & Pick<Load, 'kind'>): Promise<Loaded> => {
    const loaded = await load.ask<Loaded>({ ...how, url: servers[name].url });
    if (loaded.refused > 0) throw new Error(`${names[name]} refused ${loaded.refused}`);
    sent.set(name, (sent.get(name) ?? 0) + loaded.tookMs.length);
    return loaded;
  };
  return {
    closed: (name: Name, requests: number) =>
      send(name, { kind: 'closed', connections: CONNECTIONS, requests } as Load),
    open: (name: Name) =>
      send(name, { kind: 'open', perSecond: PER_SECOND, requests: PACED_REQUESTS } as Load),
    usage: (name: Name) => servers[name].server.ask<AckUsage>({ handled: sent.get(name) ?? 0 }),
  };
}

const order = Object.keys(names) as Name[];

/** CPU of the server's process a request, all threads counted; the database's own processes are not in it. */
async function costs(bench: Bench): Promise<Row[]> {
  const micros = new Map<Name, number[]>();
  for (const name of order) {
    for (let done = 0; done < WARM_UP; done += 500) {
      await bench.closed(name, 500);
      await bench.usage(name);
    }
  }
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const name of round % 2 === 0 ? order : order.toReversed()) {
      const before = await bench.usage(name);
      await bench.closed(name, REQUESTS);
      const after = await bench.usage(name);
      micros.set(name, [...(micros.get(name) ?? []), (after.cpuMicros - before.cpuMicros) / REQUESTS]);
    }
  }
  const of = (name: Name) => micros.get(name) ?? [];
  const ratios = (name: Name) => of(name).map((each, round) => each / (of('bare')[round] ?? Number.NaN));
  return [
    row('Ack, CPU against bare Bolt: accept path, Postgres', '×', ratios('acceptPostgres'), 2.5),
    row(
      'Ack, CPU against bare Bolt: accept path, embedded (database included)',
      '×',
      ratios('acceptEmbedded'),
      null,
    ),
    row(
      'Ack and handling by an empty desk, CPU against bare Bolt: Postgres',
      '×',
      ratios('wholePostgres'),
      null,
    ),
    row(
      'Ack and handling by an empty desk, CPU against bare Bolt: embedded',
      '×',
      ratios('wholeEmbedded'),
      null,
    ),
    ...order.map((name) => row(`CPU a request: ${names[name]}`, 'µs', of(name), null)),
  ];
}

async function delays(bench: Bench): Promise<Row[]> {
  const p99 = new Map<Name, number[]>();
  const { wasAhead } = await ahead(async () => {
    for (let round = 0; round < PACED_ROUNDS; round += 1) {
      for (const name of order) {
        const { tookMs } = await bench.open(name);
        await bench.usage(name);
        p99.set(name, [...(p99.get(name) ?? []), percentile(tookMs, 99)]);
      }
    }
  });
  const how = wasAhead ? '' : ', among everything else';
  return order.map((name) => {
    const wanted = name.endsWith('Postgres') ? 10 : null;
    return row(`Ack p99 at ${PER_SECOND}/s: ${names[name]}${how}`, 'ms', p99.get(name) ?? [], wanted);
  });
}
