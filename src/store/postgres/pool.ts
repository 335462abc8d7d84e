import { Pool, type PoolClient } from 'pg';
import { refuseInsideTransaction } from './guard.ts';

type Connected = (error: Error | undefined, client: PoolClient | undefined, done: () => void) => void;

/** A pool that gives out no connection to somebody who has a transaction open on another one. */
export class GuardedPool extends Pool {
  override connect(): Promise<PoolClient>;
  override connect(connected: Connected): void;
  override connect(connected?: Connected): Promise<PoolClient> | undefined {
    refuseInsideTransaction();
    if (connected === undefined) return super.connect();
    super.connect(connected);
    return undefined;
  }
}
