import { Pool, type PoolClient, type PoolConfig } from 'pg';
import { refuseInsideTransaction } from './guard.ts';

type Connected = (error: Error | undefined, client: PoolClient | undefined, done: () => void) => void;

/** A pool that gives out no connection to somebody who has a transaction open on another one. */
export class GuardedPool extends Pool {
  constructor(config: PoolConfig) {
    super(config);
    // One listener per queue, worker and client: more than ten are no leak.
    this.setMaxListeners(0);
    // A connection that breaks while nobody waits for it is no reason to end the program, which an unheard `error`
    // would do: the pool takes it out, and whoever asks next connects anew or learns why not.
    this.on('error', () => undefined);
    this.on('connect', (client) => client.on('error', () => undefined));
  }

  override connect(): Promise<PoolClient>;
  override connect(connected: Connected): void;
  override connect(connected?: Connected): Promise<PoolClient> | undefined {
    refuseInsideTransaction();
    if (connected === undefined) return super.connect();
    super.connect(connected);
    return undefined;
  }
}

/** Clients that are still out by then, such as those that listen, are left to the end of the process. */
const END_WITHIN_MS = 2_000;

/** Ends a pool, however long somebody may keep one of its clients. */
export async function endPool(pool: Pool): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, END_WITHIN_MS);
  });
  await Promise.race([pool.end(), tooLate]);
  clearTimeout(timer);
}
