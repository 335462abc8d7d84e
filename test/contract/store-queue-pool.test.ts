import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPostgresBackend, type PgPool, Queue, runMigrations, Worker } from 'bullmq';
import { afterAll, describe, expect, test } from 'vitest';
import { openStore } from '../../src/store/index.ts';
import { startPostgres } from '../support/postgres.ts';
import { skipped } from '../support/skips.ts';
import { beginning } from './store-world.ts';

const folder = mkdtempSync(join(tmpdir(), 'slipway-queue-'));
const server = await startPostgres();
if ('unavailable' in server)
  skipped("BullMQ's backend on a real Postgres", server.unavailable, server.install);

afterAll(async () => {
  if (!('unavailable' in server)) await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

const databases = [null, ...('unavailable' in server ? [] : [await server.createDatabase()])];

describe.each(databases)("BullMQ's own Postgres backend over the queue pool of %s", (databaseUrl) => {
  test('rings fifty bells at once and one when it is due, beside a store at work, with five workers', async () => {
    const { store, queuePool, close } = await openStore({ databaseUrl, folder, nowMs: Date.now });
    // BullMQ describes what it uses of a pool in its own words, which TypeScript cannot match up with pg's.
    const connection = queuePool as unknown as PgPool;
    const client = await connection.connect();
    await runMigrations(client);
    client.release();
    const rung: string[] = [];
    const queue = new Queue('bells', { connection }, createPostgresBackend);
    const workers = Array.from({ length: 5 }, () => {
      const ring = async (job: { data: { deploymentId: string } }) => {
        await store.nowMs();
        rung.push(job.data.deploymentId);
      };
      return new Worker('bells', ring, { connection, concurrency: 3 }, createPostgresBackend);
    });
    await queue.add('bell', { deploymentId: 'late' }, { delay: 500 });
    const ids = Array.from({ length: 50 }, (_, bell) => `d-${bell}`);
    await Promise.all([
      ...ids.map((deploymentId) => queue.add('bell', { deploymentId })),
      ...ids.map((id) => store.journal.begin(beginning(id, { target: `${id}/staging` }))),
    ]);
    await expect.poll(() => rung.length, { timeout: 30_000 }).toBe(51);
    expect(rung.toSorted()).toEqual([...ids, 'late'].toSorted());
    expect(await store.journal.due(100)).toHaveLength(50);
    await Promise.all(workers.map((worker) => worker.close()));
    await queue.close();
    await close();
  });
});
