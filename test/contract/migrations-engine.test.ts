import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { ConfiguredMigrations } from '../../src/core/catalog.ts';
import type { RollBackOrder } from '../../src/core/desk.ts';
import { openPostgres, readFolder } from '../../src/migration/index.ts';
import { ask } from '../support/migrations.ts';
import { begunBy, type Office, openOffice, planIn, said } from '../support/office/office.ts';
import { startPostgres } from '../support/postgres.ts';
import { skipped } from '../support/skips.ts';

const server = await startPostgres();
if ('unavailable' in server)
  skipped('deployments that change a real Postgres', server.unavailable, server.install);
const root = mkdtempSync(join(tmpdir(), 'slipway-migrations-'));

afterAll(async () => {
  rmSync(root, { recursive: true });
  if (!('unavailable' in server)) await server.stop();
});

const configured: ConfiguredMigrations = {
  kind: 'sql',
  folder: 'migrations',
  from: 'checkout',
  databases: { staging: 'env:STAGING' },
  lockTimeoutMs: 2_000,
  statementTimeoutMs: 30_000,
  contractAfterMs: 1,
  isProtectionRequired: false,
  isReadOnly: false,
  integrity: [{ name: 'people without a name', sql: 'select 1 from people where name is null' }],
};

describe.skipIf('unavailable' in server)('deployments that change a real Postgres', () => {
  let office: Office;
  let url: string;

  beforeEach(async () => {
    if ('unavailable' in server) return;
    url = await server.createDatabase();
    office = openOffice({ realTime: true });
    const services = office.catalog.services.map((each) =>
      each.name === 'api' ? { ...each, migrations: configured } : each,
    );
    office.catalog = { ...office.catalog, services };
    const migrations = {
      databaseAt: () => openPostgres(async () => url),
      readFolder: (folder: string, endings: readonly string[]) => readFolder(root, folder, endings),
    };
    Object.assign(office.parts, { migrations });
    rmSync(join(root, 'migrations'), { recursive: true, force: true });
    mkdirSync(join(root, 'migrations'));
    write('1_people', "create table people (id int, name text); insert into people values (1, 'ada')");
  });

  const write = (id: string, sql: string) => writeFileSync(join(root, 'migrations', `${id}.sql`), sql);
  const order = (version: string) =>
    office.order(version, { environment: 'staging', strategy: 'all-at-once' });
  async function deployed(version: string) {
    const id = begunBy(await office.as('U0ANN').deploy(order(version)));
    for (let visit = 0; visit < 20 && (await office.deployment(id)).outcome === null; visit += 1)
      await office.engine.advance(id);
    return { id, ...(await office.deployment(id)) };
  }

  test('leave in it what they brought, once, and whose it was', async () => {
    const { id, outcome, because } = await deployed('v2');
    expect([outcome, because]).toEqual(['deployed', 'every step succeeded']);
    expect(await ask(url, 'select * from people')).toEqual([{ id: 1, name: 'ada' }]);
    const rows = await ask(url, 'select id, deployment, version from slipway_internal.slipway_migrations');
    expect(rows).toEqual([{ id: '1_people', deployment: id, version: 'v2' }]);
    expect((await deployed('v3')).plan.steps.map(({ kind }) => kind)).not.toContain('migrate');
  });

  test('go no further where what is in it is not right afterwards', async () => {
    write('2_more', 'insert into people values (2, null)');
    const { outcome, because } = await deployed('v2');
    expect([outcome, because]).toEqual([
      'rolled-back',
      expect.stringContaining('people without a name: 1 row'),
    ]);
    expect(office.world.touched).toEqual([]);
  });

  test('that cannot be taken back say so, and a rollback is refused until a person insists', async () => {
    await deployed('v2');
    write('2_title', '-- slipway: expand\nalter table people rename column name to title');
    configuredAnew({ ...configured, integrity: [] });
    const { plan } = await deployed('v3');
    expect(plan.targets[0]?.migrations).toMatchObject({ light: 'needs-forward-fix' });
    const back: RollBackOrder = { service: 'api', environment: 'staging', to: 'v2', why: null, plan: null };
    expect(said(await office.as('U0ANN').rollBack(back))).toContain(
      'v2 does not work with what 2_title has made',
    );
    const insisting = { ...back, anyway: true, why: 'it burns' };
    const shown = planIn(await office.as('U0ANN').rollBack(insisting));
    expect(said(await office.as('U0ANN').rollBack({ ...back, plan: shown }))).toContain('not-allowed');
    begunBy(await office.as('U0ANN').rollBack({ ...insisting, plan: shown }));
    expect(await ask(url, 'select title from people')).toEqual([{ title: 'ada' }]);
  });

  function configuredAnew(migrations: ConfiguredMigrations): void {
    const services = office.catalog.services.map((each) =>
      each.name === 'api' ? { ...each, migrations } : each,
    );
    office.catalog = { ...office.catalog, services };
  }
});
