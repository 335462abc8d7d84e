import { expect, test } from 'vitest';
import { begunBy, openOffice } from '../../../test/support/office/office.ts';
import { openPretendDatabase } from '../../../test/support/pretend-database.ts';
import type { ConfiguredMigrations } from '../../core/catalog.ts';
import { createEngine } from '../engine.ts';
import type { EngineParts } from '../parts.ts';

const migrations: ConfiguredMigrations = {
  kind: 'sql',
  folder: 'migrations',
  from: 'checkout',
  databases: { staging: 'env:STAGING' },
  lockTimeoutMs: 5_000,
  statementTimeoutMs: 60_000,
  contractAfterMs: 1_000,
  isProtectionRequired: false,
  isReadOnly: false,
  integrity: [{ name: 'orders', sql: 'select 1 where false' }],
};

function openWorld() {
  const office = openOffice();
  const database = openPretendDatabase(() => office.nowMs());
  const services = office.catalog.services.map((each) =>
    each.name === 'api' ? { ...each, migrations } : each,
  );
  office.catalog = { ...office.catalog, services };
  const files = [
    { path: '1_mail.sql', text: 'alter table users add column mail text' },
    { path: '2_more.sql', text: 'create table more ()' },
  ];
  const door = { databaseAt: () => database, readFolder: async () => files };
  Object.assign(office.parts, { migrations: door });
  return { office, database };
}

const never = new Promise<never>(() => undefined);

/** Somebody who ends at one call of theirs, right before it or right after it, and says nothing any more. */
function mortal(parts: EngineParts, dieAt: number, when: 'before' | 'after') {
  let calls = 0;
  let isDead = false;
  let tell: () => void = () => undefined;
  const died = new Promise<'died'>((resolve) => {
    tell = () => resolve('died');
  });
  const end = (): Promise<never> => {
    isDead = true;
    tell();
    return never;
  };
  const wrap = <T extends object>(inner: T): T =>
    new Proxy(inner, {
      get(target, name) {
        const found = Reflect.get(target, name) as unknown;
        if (typeof found !== 'function') return found;
        return async (...given: unknown[]) => {
          if (isDead) return never;
          calls += 1;
          const isLast = calls === dieAt;
          if (isLast && when === 'before') return end();
          const answer: unknown = await Reflect.apply(found, target, given);
          if (isLast) return end();
          return isDead ? never : answer;
        };
      },
    });
  const doors = parts.migrations!;
  const mine: EngineParts = {
    ...parts,
    owner: 'mortal',
    store: { ...parts.store, journal: wrap(parts.store.journal) },
    siteOf: (target, urgency) => wrap(parts.siteOf(target, urgency)),
    migrations: { ...doors, databaseAt: (reference) => wrap(doors.databaseAt(reference)) },
    clock: {
      nowMs: () => parts.clock.nowMs(),
      sleep: (ms, signal) => (isDead ? never : parts.clock.sleep(ms, signal)),
    },
  };
  return { engine: createEngine(mine), died, calls: () => calls };
}

/** One deployment with two migrations; whoever carries it out ends at that call, and somebody else takes over. */
async function deployDyingAt(dieAt: number, when: 'before' | 'after') {
  const { office, database } = openWorld();
  const order = office.order('v2', { environment: 'staging', strategy: 'all-at-once' });
  const id = begunBy(await office.during(office.as('U0ANN').deploy(order)));
  const { engine, died, calls } = mortal(office.parts, dieAt, when);
  await office.during(Promise.race([engine.advance(id), died]));
  for (let visit = 0; visit < 40; visit += 1) {
    office.pass(office.parts.patience.leaseMs + 20_000);
    await office.visit(id);
    if ((await office.deployment(id)).outcome !== null) break;
  }
  const { outcome } = await office.deployment(id);
  return { outcome, ran: database.ran, touched: office.world.touched, calls: calls() };
}

test('whoever ends at whichever call, every migration is run once and the version is deployed once', async () => {
  const whole = await deployDyingAt(Number.POSITIVE_INFINITY, 'before');
  expect(whole).toMatchObject({ outcome: 'deployed', ran: ['1_mail', '2_more'] });
  expect(whole.calls).toBeGreaterThan(30);
  for (let dieAt = 1; dieAt <= whole.calls; dieAt += 1) {
    for (const when of ['before', 'after'] as const) {
      const { outcome, ran, touched } = await deployDyingAt(dieAt, when);
      expect([dieAt, when, outcome, ran]).toEqual([dieAt, when, 'deployed', ['1_mail', '2_more']]);
      expect([dieAt, when, touched.filter((each) => each.startsWith('release')).length]).toEqual([
        dieAt,
        when,
        1,
      ]);
    }
  }
});
