import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startPostgres } from '../support/postgres.ts';
import { startRedis } from '../support/redis.ts';
import { type Program, program, startProgram } from './program.ts';
import { type Row, row } from './table.ts';
import { cpuSeconds, memoryMb, treeOf } from './usage.ts';

const ROUNDS = 5;
const REST_MS = 30_000;
const LOOKS = 3;
const LOOK_EVERY_MS = 5_000;

/** How soon it is there, and what it takes while nobody asks for anything. */
export async function start(): Promise<Row[]> {
  return [...(await everything()), ...(await workerAlone())];
}

async function everything(): Promise<Row[]> {
  const fresh: number[] = [];
  const freshCpu: number[] = [];
  const again: number[] = [];
  const memory: Memory[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const home = mkdtempSync(join(tmpdir(), 'slipway-bench-'));
    const from = { command: ['npm', 'start'], environment: { SLIPWAY_HOME: home } } as const;
    const first = await startProgram(from);
    fresh.push(first.readyMs);
    freshCpu.push(sum(treeOf(first.pid).map(cpuSeconds)));
    await first.stop();
    const second = await startProgram({ ...from, command: program });
    again.push(second.readyMs);
    if (round === ROUNDS - 1) memory.push(...(await atRest(second, treeOf)));
    await second.stop();
    rmSync(home, { recursive: true, force: true });
  }
  return [
    row('`npm start` with an empty home → ready', 's', fresh.map(toSeconds), 5),
    row('… of which CPU, of all processes', 's', freshCpu, null),
    row('`node dist/src/main.js` with the home of before → ready', 's', again.map(toSeconds), 5),
    row(
      'Everything at rest, memory (PSS)',
      'MB',
      memory.map(({ pss }) => pss),
      600,
    ),
    row(
      'Everything at rest, memory (RSS, what is shared counted in each process)',
      'MB',
      memory.map(({ rss }) => rss),
      null,
    ),
  ];
}

async function workerAlone(): Promise<Row[]> {
  const postgres = await startPostgres();
  const redis = await startRedis();
  if ('unavailable' in postgres) throw new Error(`${postgres.unavailable}: ${postgres.install}`);
  if ('unavailable' in redis) throw new Error(`${redis.unavailable}: ${redis.install}`);
  const home = mkdtempSync(join(tmpdir(), 'slipway-bench-'));
  try {
    const worker = await startProgram({
      command: [...program, '--role', 'worker'],
      environment: {
        SLIPWAY_HOME: home,
        DATABASE_URL: await postgres.createDatabase(),
        REDIS_URL: redis.url,
      },
    });
    // Its own process: the local platform's runner, which it starts beside itself, belongs to the platform.
    const memory = await atRest(worker, (pid) => [pid]);
    await worker.stop();
    return [
      row(
        'A worker alone on Redis and Postgres, memory (RSS)',
        'MB',
        memory.map(({ rss }) => rss),
        150,
      ),
    ];
  } finally {
    await redis.stop();
    await postgres.stop();
    rmSync(home, { recursive: true, force: true });
  }
}

type Memory = { readonly pss: number; readonly rss: number };

async function atRest({ pid }: Program, of: (pid: number) => readonly number[]): Promise<Memory[]> {
  await sleep(REST_MS);
  const looks: Memory[] = [];
  for (let look = 0; look < LOOKS; look += 1) {
    const each = of(pid).map(memoryMb);
    looks.push({ pss: sum(each.map(({ pss }) => pss)), rss: sum(each.map(({ rss }) => rss)) });
    await sleep(LOOK_EVERY_MS);
  }
  return looks;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function toSeconds(ms: number): number {
  return ms / 1_000;
}
