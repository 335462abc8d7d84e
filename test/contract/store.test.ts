import { afterAll, beforeEach, describe } from 'vitest';
import type { Store } from '../../src/store/store.ts';
import { beginContract } from './store-begin.ts';
import { boardContract } from './store-board.ts';
import { databaseContract } from './store-database.ts';
import { dutyContract } from './store-duties.ts';
import { inboxContract } from './store-inbox.ts';
import { installationContract } from './store-installations.ts';
import { leaseContract } from './store-lease.ts';
import { ledgerContract } from './store-ledger.ts';
import { ledgerDatabaseContract } from './store-ledger-database.ts';
import { lineContract } from './store-line.ts';
import { listContract } from './store-list.ts';
import { outboxContract } from './store-outbox.ts';
import { sampleContract } from './store-samples.ts';
import { signalContract } from './store-signal.ts';
import { targetContract } from './store-targets.ts';
import { embeddedWorld, memoryWorld, serverWorld, type World } from './store-world.ts';

export type Given = { readonly store: () => Store; readonly pass: World['pass'] };

const [memory, embedded, server] = [await memoryWorld(), await embeddedWorld(), await serverWorld()];

for (const world of [memory, embedded, server]) {
  if (world === null) continue;
  describe(`the store in ${world.name}`, () => {
    let store: Store;
    beforeEach(async () => {
      store = await world.fresh();
    });
    afterAll(() => world.close());

    const given: Given = { store: () => store, pass: world.pass };
    describe('begins', () => beginContract(given));
    describe('leases', () => leaseContract(given));
    describe('signals', () => signalContract(given));
    describe('lists', () => listContract(given));
    describe('targets', () => targetContract(given));
    describe('inbox', () => inboxContract(given));
    describe('outbox', () => outboxContract(given));
    describe('line', () => lineContract(given));
    describe('board', () => boardContract(given));
    describe('duties', () => dutyContract(given));
    describe('samples', () => sampleContract(given));
    describe('installations', () => installationContract(given));
    const { pool } = world;
    describe('ledger', () => ledgerContract(given));
    if (pool === null) return;
    describe('as a database', () => databaseContract(given, pool));
    describe('as a guard of the record', () => ledgerDatabaseContract(given, pool));
  });
}
