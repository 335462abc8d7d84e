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
