import { createPostgresBackend, type Job, type PgPool, Queue, runMigrations, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import type { OpenStore } from '../store/index.ts';

type Pool = OpenStore['queuePool'];

/** Where bells are kept: on Redis where there is one, otherwise on BullMQ's own Postgres backend over the store's pool. */
export type Connection = {
  readonly kind: 'redis' | 'postgres';
  openQueue(): Pick<Queue, 'add' | 'close'>;
  openWorker(hear: (job: Job) => Promise<void>, concurrency: number, onError: OnError): Pick<Worker, 'close'>;
  /** Whether it believes that it is connected. One that knows that it is not will be back by itself. */
  isUp(): boolean;
  close(): Promise<void>;
};

type OnError = (error: Error) => void;

/** One queue for all: a job carries an id and no authority. */
const QUEUE = 'slipway';

const kept = { removeOnComplete: true, removeOnFail: true };

function settings(concurrency: number) {
  return {
    concurrency,
    lockDuration: 30_000,
    stalledInterval: 10_000,
    // BullMQ's lock excludes nobody: a job that it runs twice finds the lease taken.
    maxStalledCount: 100,
    removeOnComplete: { count: 0 },
    removeOnFail: { count: 0 },
  };
}

export async function openConnection(redisUrl: string | null, pool: Pool): Promise<Connection> {
  return redisUrl === null ? overPostgres(pool) : overRedis(redisUrl);
}

async function overPostgres(storePool: Pool): Promise<Connection> {
  // BullMQ describes the part of pg's pool that it uses in its own words, which our strict reading cannot match up.
  const pool = storePool as unknown as PgPool;
  const client = await pool.connect();
  try {
    await runMigrations(client);
  } finally {
    client.release();
  }
  return {
    kind: 'postgres',
    openQueue: () =>
      quiet(new Queue(QUEUE, { connection: pool, defaultJobOptions: kept }, createPostgresBackend)),
    openWorker: (hear, concurrency, onError) =>
      watched(
        new Worker(QUEUE, hear, { connection: pool, ...settings(concurrency) }, createPostgresBackend),
        onError,
      ),
    // The store stands on the same server, and says so itself when it is gone.
    isUp: () => true,
    close: async () => undefined,
  };
}

/** A connection that died without a word is noticed after this, instead of never. */
const SILENCE_MAX_MS = 15_000;

function overRedis(url: string): Connection {
  const opened: Redis[] = [];
  // One for each that uses it: a listener's connection is blocked most of the time.
  function connect(): Redis {
    const redis = new Redis(url, {
      maxRetriesPerRequest: null,
      socketTimeout: SILENCE_MAX_MS,
      connectTimeout: 5_000,
      keepAlive: 5_000,
      retryStrategy: (times) => Math.min(2_000, 100 * times),
    });
    opened.push(quiet(redis));
    return redis;
  }
  return {
    kind: 'redis',
    openQueue: () => quiet(new Queue(QUEUE, { connection: connect(), defaultJobOptions: kept })),
    openWorker: (hear, concurrency, onError) =>
      watched(new Worker(QUEUE, hear, { connection: connect(), ...settings(concurrency) }), onError),
    isUp: () => opened.every(({ status }) => status === 'ready'),
    async close() {
      for (const redis of opened) redis.disconnect();
    },
  };
}

type Listened = { on(event: 'error', listener: OnError): unknown };

/** Whoever uses it is told by its own failing call; an error that nobody listens for would end the process. */
function quiet<T extends Listened>(opened: T): T {
  opened.on('error', () => undefined);
  return opened;
}

function watched<
  T extends Listened & { on(event: 'failed', listener: (job: unknown, error: Error) => void): unknown },
>(worker: T, onError: OnError): T {
  worker.on('error', onError);
  worker.on('failed', (_job, error) => onError(error));
  return worker;
}
