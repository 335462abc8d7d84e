import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { openStore } from '../../src/store/index.ts';
import { startPostgres } from '../support/postgres.ts';
import { startRedis } from '../support/redis.ts';
import { type Child, openChild } from './child.ts';
import { until } from './program.ts';
import { type Row, row } from './table.ts';
import { cpuSeconds, memoryMb } from './usage.ts';
import { waitingDeployment } from './waiting-plan.ts';
import type { WorkerCount } from './waiting-worker.ts';

const DEPLOYMENTS = 1_000;
/** Looks are up to thirty seconds apart: each round sees every deployment twice. */
const ROUND_MS = 60_000;
const ROUNDS = 3;
/** Less than the half minute of silence after which a worker gives itself up. */
const STILL_MS = 20_000;

/** What a thousand deployments cost one worker while nothing happens to any of them. */
export async function waiting(): Promise<Row[]> {
  const postgres = await startPostgres();
  const redis = await startRedis();
  if ('unavailable' in postgres) throw new Error(`${postgres.unavailable}: ${postgres.install}`);
  if ('unavailable' in redis) throw new Error(`${redis.unavailable}: ${redis.install}`);
  try {
    const databaseUrl = await postgres.createDatabase();
    await seed(databaseUrl);
    const worker = await openChild('./waiting-worker.js', { databaseUrl, redisUrl: redis.url });
    try {
      return await measure(worker, databaseUrl);
    } finally {
      await worker.stop();
    }
  } finally {
    await redis.stop();
    await postgres.stop();
  }
}

async function seed(databaseUrl: string): Promise<void> {
  const { store, close } = await openStore({ databaseUrl, folder: '', nowMs: Date.now });
  for (let index = 0; index < DEPLOYMENTS; index += 1) {
    const { kind } = await store.journal.begin(waitingDeployment(index));
    if (kind !== 'begun') throw new Error(`deployment ${index} could not be begun: ${kind}`);
  }
  await close();
}

async function measure(worker: Child, databaseUrl: string): Promise<Row[]> {
  const database = new Client({ connectionString: databaseUrl });
  await database.connect();
  const count = async (sql: string) => Number((await database.query(sql)).rows[0].count);
  const watched = () => count(`select count(*) from slipway.event where event ->> 'kind' = 'marked'`);
  const entries = () => count('select count(*) from slipway.event');
  await until('the last one to be watched', 300_000, async () =>
    (await watched()) >= DEPLOYMENTS ? true : null,
  );
  // The first looks come at once; later they have spread themselves out.
  await sleep(ROUND_MS);
  const percents: number[] = [];
  const memory: number[] = [];
  const visits: number[] = [];
  const written: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = { cpu: cpuSeconds(worker.pid), atMs: performance.now(), entries: await entries() };
    visits.push(await visitsPerSecond(worker));
    const seconds = (performance.now() - before.atMs) / 1_000;
    percents.push((100 * (cpuSeconds(worker.pid) - before.cpu)) / seconds);
    memory.push(memoryMb(worker.pid).rss);
    written.push(((await entries()) - before.entries) / seconds);
  }
  process.kill(worker.pid, 'SIGSTOP');
  await sleep(STILL_MS);
  process.kill(worker.pid, 'SIGCONT');
  await sleep(ROUND_MS);
  const afterwards = await visitsPerSecond(worker);
  await database.end();
  return [
    row('1,000 deployments that wait in one worker: CPU', '% of a core', percents, 5),
    row('1,000 deployments that wait in one worker: memory (RSS)', 'MB', memory, 256),
    row('… visits', '/s', visits, null),
    row(
      '… visits after the worker stood still for 20 s and had a minute to recover',
      '/s',
      [afterwards],
      null,
    ),
    row('… journal entries written', '/s', written, null),
  ];
}

async function visitsPerSecond(worker: Child): Promise<number> {
  const beginMs = performance.now();
  const before = await worker.ask<WorkerCount>({});
  await sleep(ROUND_MS);
  const after = await worker.ask<WorkerCount>({});
  return ((after.visits - before.visits) * 1_000) / (performance.now() - beginMs);
}
