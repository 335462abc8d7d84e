import { beforeEach, expect, test } from 'vitest';
import { openPlatform } from '../../src/platform/index.ts';
import { aroundWith } from '../stand-in/around.ts';
import { openSupabase, PROJECT, type SupabaseStandIn } from '../stand-in/supabase/index.ts';
import { begunBy, type Office, openOffice, said } from '../support/office/office.ts';
import { openPretendDatabase, type PretendDatabase } from '../support/pretend-database.ts';

let office: Office;
let standIn: SupabaseStandIn;
let database: PretendDatabase;

beforeEach(async () => {
  standIn = await openSupabase();
  office = openOffice({ realTime: true });
  database = openPretendDatabase(() => Date.now());
  database.canProtect = false;
  const settings = { token: 'env:SUPABASE_ACCESS_TOKEN', bundles: '/nowhere', baseUrl: standIn.url };
  const platform = openPlatform('supabase', 'db', settings, aroundWith('not-a-real-token'));
  const migrations = {
    kind: 'sql',
    folder: 'migrations',
    from: 'checkout' as const,
    databases: { staging: 'env:STAGING' },
    datastores: { staging: { platform: 'db', address: { project: PROJECT } } },
    lockTimeoutMs: 2_000,
    statementTimeoutMs: 30_000,
    contractAfterMs: 1,
    isProtectionRequired: true,
    isReadOnly: false,
    integrity: [],
  };
  const services = office.catalog.services.map((each) =>
    each.name === 'api' ? { ...each, migrations } : each,
  );
  office.catalog = { ...office.catalog, services };
  const scripts = [{ path: '1_people.sql', text: 'create table people (id int)' }];
  Object.assign(office.parts, {
    platformNamed: (name: string) => (name === 'db' ? platform : null),
    migrations: { databaseAt: () => database, readFolder: async () => scripts },
  });
  return () => standIn.close();
});

const ask = async () =>
  office.as('U0ANN').deploy(office.order('v2', { environment: 'staging', strategy: 'all-at-once' }));
/** Between them, in seconds. */
function keptUntil(latest: number): void {
  standIn.backups.pitr_enabled = true;
  standIn.backups.physical_backup_data = {
    earliest_physical_backup_date_unix: 1_740_000_000,
    latest_physical_backup_date_unix: latest,
  };
}
const nowSeconds = async () => Math.floor((await office.store.nowMs()) / 1_000);

test('a project without point-in-time recovery is no place to go back to, and what is left is said', async () => {
  expect(said(await ask())).toContain('a daily backup is restored by hand');
  keptUntil((await nowSeconds()) - 3_600);
  expect(said(await ask())).toContain('nobody can tell what was written since');
  expect(standIn.calls({ method: 'POST' })).toEqual([]);
});

test('a project with it is gone back to at a moment that it has, and can be restored to exactly that one', async () => {
  const latest = (await nowSeconds()) - 60;
  keptUntil(latest);
  const id = begunBy(await ask());
  for (let visit = 0; visit < 20 && (await office.deployment(id)).outcome === null; visit += 1)
    await office.engine.advance(id);
  const { outcome, because } = await office.deployment(id);
  expect([outcome, because]).toEqual(['deployed', 'every step succeeded']);
  const moment = new Date(latest * 1_000).toISOString();
  expect(JSON.stringify(await office.store.journal.read(id, 0))).toContain(
    `db can put the database back to ${moment}`,
  );
  expect([database.ran, database.marked]).toEqual([['1_people'], []]);
  // Looking changes nothing: only a person restores.
  expect(standIn.restored).toEqual([]);
});
