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
    const { visits: visitsBefore } = await worker.ask<WorkerCount>({});
    await sleep(ROUND_MS);
    const seconds = (performance.now() - before.atMs) / 1_000;
    percents.push((100 * (cpuSeconds(worker.pid) - before.cpu)) / seconds);
    memory.push(memoryMb(worker.pid).rss);
    visits.push(((await worker.ask<WorkerCount>({})).visits - visitsBefore) / seconds);
    written.push(((await entries()) - before.entries) / seconds);
  }
  await database.end();
  return [
    row('1,000 deployments that wait in one worker: CPU', '% of a core', percents, 5),
    row('1,000 deployments that wait in one worker: memory (RSS)', 'MB', memory, 256),
    row('… visits', '/s', visits, null),
    row('… journal entries written', '/s', written, null),
  ];
}
