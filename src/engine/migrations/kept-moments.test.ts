import { beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { begunBy, type Office, openOffice, said } from '../../../test/support/office/office.ts';
import { openPretendDatabase, type PretendDatabase } from '../../../test/support/pretend-database.ts';
import { Failed } from '../../core/failure.ts';
import { isRefusal } from '../../core/refusal.ts';
import { duration } from '../../core/text.ts';
import type { Platform } from '../../platform/platform.ts';
import type { RestorePoints } from '../../platform/restoring.ts';

const MINUTE_MS = 60_000;

let office: Office;
let database: PretendDatabase;
/** What the platform says when it is asked; null: it does not answer. */
let points: () => RestorePoints | null;

/** Kept until so long ago. */
const keptUntil = (agoMs: number) => (): RestorePoints => ({
  can: true,
  earliestMs: 0,
  latestMs: office.nowMs() - agoMs,
});

const keeper = {
  id: 'keeper',
  restoring: {
    Address: z.strictObject({ project: z.string() }),
    open: () => ({
      points: async () => {
        const said = points();
        if (said === null)
          throw new Failed({ code: 'unavailable', message: 'nobody answers', retryAfterMs: 5_000 });
        return said;
      },
    }),
  },
} as unknown as Platform;

beforeEach(() => {
  office = openOffice();
  database = openPretendDatabase(() => office.nowMs());
  database.canProtect = false;
  points = keptUntil(2 * MINUTE_MS);
  configure('keeper', false);
  Object.assign(office.parts, {
    platformNamed: (name: string) => (name === 'keeper' ? keeper : null),
    migrations: {
      databaseAt: () => database,
      readFolder: async () => [{ path: '1_mail.sql', text: 'alter table users add column mail text' }],
    },
  });
});

function configure(
  platform: string,
  isProtectionRequired: boolean,
  address: object = { project: 'a' },
): void {
  const migrations = {
    kind: 'sql',
    folder: 'api/migrations',
    from: 'checkout' as const,
    databases: { staging: 'env:STAGING' },
    datastores: { staging: { platform, address: z.json().parse(address) } },
    lockTimeoutMs: 5_000,
    statementTimeoutMs: 60_000,
    contractAfterMs: 1,
    isProtectionRequired,
    isReadOnly: false,
    integrity: [],
  };
  const services = office.catalog.services.map((each) =>
    each.name === 'api' ? { ...each, migrations } : each,
  );
  office.catalog = { ...office.catalog, services };
}

const ask = (version: string) => {
  const order = office.order(version, { environment: 'staging', strategy: 'all-at-once' });
  return office.during(office.as('U0ANN').deploy(order));
};

async function toTheEnd(id: string) {
  for (let visit = 0; visit < 60; visit += 1) {
    await office.visit(id);
    const deployment = await office.deployment(id);
    if (deployment.outcome !== null) return deployment;
    office.pass(20_000);
  }
  throw new Error('It never ended.');
}

/** What people read of how it went. */
const told = async (id: string) => JSON.stringify(await office.store.journal.read(id, 0));

test('a moment that the platform has is a moment to go back to, said as a restore takes it', async () => {
  const id = begunBy(await ask('v2'));
  const { plan } = await office.deployment(id);
  expect(plan.steps[0]).toMatchObject({
    kind: 'protect',
    datastore: { platform: 'keeper', address: { project: 'a' } },
  });
  expect(plan.targets[0]?.caveats.join()).toContain(
    'keeper keeps moments to put all of the database back to',
  );
  let asked = 0;
  points = () => {
    asked = office.nowMs() - 2 * MINUTE_MS;
    return keptUntil(2 * MINUTE_MS)();
  };
  expect((await toTheEnd(id)).outcome).toBe('deployed');
  expect(database.marked).toEqual([]);
  expect(await told(id)).toContain(
    `keeper can put the database back to ${new Date(asked).toISOString()}, ${duration(2 * MINUTE_MS)} before this`,
  );
});

test('what is required is there where the platform keeps it, and refused where it does not', async () => {
  configure('keeper', true);
  points = () => ({ can: false, say: 'a daily backup is restored by hand' });
  expect(said(await ask('v2'))).toContain('a daily backup is restored by hand');
  points = keptUntil(0);
  expect(isRefusal(await ask('v2'))).toBe(false);
});

test.each<[string, () => RestorePoints | null, string]>([
  ['nothing', () => ({ can: false, say: 'a daily backup is restored by hand' }), 'restored by hand'],
  ['hours ago', () => keptUntil(3 * 3_600_000)(), 'nobody can tell what was written since'],
  ['a moment to come', () => keptUntil(-3_600_000)(), 'makes no sense'],
  [
    'from later than until',
    () => ({ can: true, earliestMs: office.nowMs(), latestMs: office.nowMs() - 1 }),
    'no sense',
  ],
  ['no answer', () => null, 'keeper could not be asked for one: nobody answers'],
])('%s is no protection, and the plan says so', async (_, says, why) => {
  points = says;
  const { plan } = await office.deployment(begunBy(await ask('v2')));
  expect(plan.steps.map(({ kind }) => kind)).not.toContain('protect');
  expect(plan.targets[0]?.caveats.join()).toContain(why);
});

test.each([
  ['nobody', {}, 'no platform is called nobody'],
  ['keeper', { projekt: 'a' }, 'does not take the address'],
])('a datastore of %s at %j is said to be none', async (platform, address, why) => {
  configure(platform, true, address);
  expect(said(await ask('v2'))).toContain(why);
});

test('what falls behind between the plan and the step is waited for, and nothing is run without it', async () => {
  const id = begunBy(await ask('v2'));
  points = keptUntil(6 * MINUTE_MS);
  await office.visit(id);
  office.pass(20_000);
  await office.visit(id);
  expect(database.ran).toEqual([]);
  expect((await office.deployment(id)).outcome).toBeNull();
  points = keptUntil(MINUTE_MS);
  expect((await toTheEnd(id)).outcome).toBe('deployed');
});

test.each<[string, () => RestorePoints, string]>([
  ['stays behind', () => keptUntil(3_600_000)(), 'no moment that is less than'],
  ['is switched off', () => ({ can: false, say: 'it is switched off' }), 'it is switched off'],
])('what %s ends it before anything is run', async (_, says, why) => {
  const id = begunBy(await ask('v2'));
  points = says;
  const { outcome, because } = await toTheEnd(id);
  expect(outcome).not.toBe('deployed');
  expect(because).toContain(why);
  expect([database.ran, office.world.touched]).toEqual([[], []]);
});
