import { beforeEach, expect, test } from 'vitest';
import { begunBy, type Office, openOffice, planIn, said } from '../../../test/support/office/office.ts';
import { openPretendDatabase, type PretendDatabase } from '../../../test/support/pretend-database.ts';
import type { ConfiguredMigrations } from '../../core/catalog.ts';
import type { DeployOrder, RollBackOrder } from '../../core/desk.ts';
import { isRefusal } from '../../core/refusal.ts';

const EXPAND = 'alter table users add column mail text';
const CONTRACT = '-- slipway: contract\nalter table users drop column name';
const DAY_MS = 24 * 3_600_000;

let office: Office;
let database: PretendDatabase;
let files: Record<string, string>;

beforeEach(() => {
  office = openOffice();
  database = openPretendDatabase(() => office.nowMs());
  files = { '1_mail.sql': EXPAND };
  configure({});
  Object.assign(office.parts, {
    migrations: {
      databaseAt: () => database,
      readFolder: async () => Object.entries(files).map(([path, text]) => ({ path, text })),
    },
  });
});

function configure(more: Partial<ConfiguredMigrations>): void {
  const migrations: ConfiguredMigrations = {
    kind: 'sql',
    folder: 'api/migrations',
    from: 'checkout',
    databases: { staging: 'env:STAGING', production: 'env:PRODUCTION' },
    lockTimeoutMs: 5_000,
    statementTimeoutMs: 60_000,
    contractAfterMs: DAY_MS,
    isProtectionRequired: false,
    isReadOnly: false,
    integrity: [],
    ...more,
  };
  const services = office.catalog.services.map((each) =>
    each.name === 'api' ? { ...each, migrations } : each,
  );
  office.catalog = { ...office.catalog, services };
}

const order = (version: string | null, more: Partial<DeployOrder> = {}) =>
  office.order(version ?? '', { environment: 'staging', strategy: 'all-at-once', ref: version, ...more });
const ask = (version: string | null, more: Partial<DeployOrder> = {}) =>
  office.during(office.as('U0ANN').deploy(order(version, more)));

/** Deploys, and visits it until it has ended or waits for a person. */
async function deployed(version: string, more: Partial<DeployOrder> = {}) {
  return toTheEnd(begunBy(await ask(version, more)));
}

async function toTheEnd(id: string) {
  for (let visit = 0; visit < 60; visit += 1) {
    await office.visit(id);
    const deployment = await office.deployment(id);
    if (deployment.outcome !== null) return deployment;
    office.pass(20_000);
  }
  throw new Error('It never ended.');
}

const back: RollBackOrder = { service: 'api', environment: 'staging', to: null, why: null, plan: null };
const rollBack = (more: Partial<RollBackOrder>) =>
  office.during(office.as('U0ANN').rollBack({ ...back, ...more }));
const contracted = async () => {
  const plan = planIn(await ask(null, { strategy: 'contract' }));
  return toTheEnd(begunBy(await ask(null, { strategy: 'contract', plan })));
};

test('what expands is run before the new version comes up, once, behind a marked moment', async () => {
  const { outcome, plan } = await deployed('v2');
  expect(outcome).toBe('deployed');
  expect(plan.steps.map(({ kind }) => kind).slice(0, 3)).toEqual(['protect', 'migrate', 'release']);
  expect(database.ran).toEqual(['1_mail']);
  expect(database.marked).toHaveLength(1);
  expect(plan.targets[0]?.migrations).toMatchObject({ light: 'safe-to-roll-back', phase: 'expand' });
  expect((await deployed('v3')).outcome).toBe('deployed');
  expect(database.ran).toEqual(['1_mail']);
});

test('where no moment can be marked it is said before anybody says yes, or refused where it has to be', async () => {
  database.canProtect = false;
  const { plan } = await office.deployment(begunBy(await ask('v2')));
  expect(plan.steps.map(({ kind }) => kind)).not.toContain('protect');
  expect(plan.targets[0]?.caveats).toContain(
    'no moment is marked to put the database back to: there is no archive',
  );
  configure({ isProtectionRequired: true });
  expect(said(await ask('v3', { again: true, queue: true }))).toContain('there is no archive');
});

test.each([
  ['create tabel x ()', 'line 1'],
  ['select 1; commit; select 2', 'transaction'],
])('%s is refused before anybody approves', async (sql, why) => {
  files = { '1_bad.sql': sql };
  const reply = await ask('v2');
  expect(isRefusal(reply)).toBe(true);
  expect(said(reply)).toContain(why);
  expect(office.world.touched).toEqual([]);
});

test('what would break the version that runs has to say when it is meant to be run', async () => {
  files = { '1_drop.sql': 'drop table users' };
  expect(said(await ask('v2'))).toContain('would break the version that runs');
  files = { '1_drop.sql': '-- slipway: expand\ndrop table users' };
  const { plan } = await office.deployment(begunBy(await ask('v2')));
  expect(plan.targets[0]?.migrations?.light).toBe('needs-forward-fix');
});

test('where there may be no way back, one more person has to say yes', async () => {
  files = { '1_do.sql': 'do $$ begin end $$' };
  const id = await office.during(office.request('v2'));
  const { plan } = await office.deployment(id);
  expect(plan.approval?.requirements).toEqual([{ needed: 2, group: null }]);
  files = { '1_mail.sql': EXPAND };
  const safe = await office.deployment(await office.during(office.request('v3')));
  expect(safe.plan.approval?.requirements).toEqual([{ needed: 1, group: null }]);
});

test('an approval is bound to every word of a migration', async () => {
  const id = await office.during(office.request('v2'));
  await office.during(office.approve(id));
  files = { '1_mail.sql': `${EXPAND};` };
  await office.visit(id);
  const { people } = await office.deployment(id);
  expect(people.isStarted).toBe(false);
  expect(database.ran).toEqual([]);
});

test('words that change behind the start are not run', async () => {
  const id = begunBy(await ask('v2'));
  files = { '1_mail.sql': 'drop table users' };
  const deployment = await toTheEnd(id);
  expect(deployment.outcome).toBe('stopped');
  expect(deployment.because).toContain('other words now than were shown');
  expect([database.ran, office.world.touched]).toEqual([[], []]);
});

test.each(['lose-answer', 'lose-call', 'locked'] as const)(
  '%s: it is run once all the same',
  async (fault) => {
    database.faults.push(fault);
    files = { '1_mail.sql': EXPAND, '2_more.sql': 'create table more ()' };
    expect((await deployed('v2')).outcome).toBe('deployed');
    expect(database.ran).toEqual(['1_mail', '2_more']);
  },
);

test('what fails is not tried again, and nothing was deployed', async () => {
  database.faults.push('broken');
  const { outcome, because } = await deployed('v2');
  expect([outcome, database.ran]).toEqual(['stopped', []]);
  expect(because).toContain('relation "x" does not exist');
  expect(office.world.touched).toEqual([]);
});

test('what stopped half-way calls a person, and is never run again by itself', async () => {
  database.faults.push('half-way');
  const { outcome, because } = await deployed('v2');
  expect(outcome).toBe('needs-human');
  expect(because).toContain('came to statement 1 of 2');
  expect(office.world.touched).toEqual([]);
  expect(database.ran).toEqual([]);
});

test('whoever orders another deployment then is told what to look at', async () => {
  database.halfWay = [
    { id: '1_mail', intentId: null, say: '1_mail came to statement 1 of 2', next: ['look'] },
  ];
  expect(said(await ask('v2'))).toContain('never run again by itself');
});

test('migrations of somebody else are waited for', async () => {
  const id = begunBy(await ask('v2'));
  database.isBusy = true;
  for (let visit = 0; visit < 3; visit += 1) {
    await office.visit(id);
    office.pass(10_000);
  }
  expect(database.ran).toEqual([]);
  database.isBusy = false;
  expect((await toTheEnd(id)).outcome).toBe('deployed');
});

test('the team’s own tool is waited for, and never where something is taken back', async () => {
  const id = begunBy(await ask('v2'));
  let isTheirToolBusy = true;
  const beside = {
    ...database,
    look: async (asked: Parameters<PretendDatabase['look']>[0]) => ({
      ...(await database.look(asked)),
      isTheirToolBusy,
    }),
  };
  Object.assign(office.parts.migrations ?? {}, { databaseAt: () => beside });
  await office.visit(id);
  office.pass(10_000);
  await office.visit(id);
  expect(database.ran).toEqual([]);
  isTheirToolBusy = false;
  office.world.refuses.set('api/staging', 'there is no room');
  const applied = database.applied.set.bind(database.applied);
  database.applied.set = (...row) => {
    isTheirToolBusy = true;
    return applied(...row);
  };
  expect((await toTheEnd(id)).outcome).toBe('rolled-back');
  expect([database.ran, isTheirToolBusy]).toEqual([['1_mail'], true]);
});

test('a version that does not come up leaves what was added, which is said, and the old one serves', async () => {
  office.world.refuses.set('api/staging', 'there is no room');
  const { outcome, plan } = await deployed('v2');
  expect(outcome).toBe('rolled-back');
  expect(plan.targets[0]?.undo.leaves).toContain('what 1_mail has made of the database');
  expect(database.ran).toEqual(['1_mail']);
});

test.each([
  ['-- slipway: expand\nalter table users drop column name', 'does not work'],
  ['do $$ begin end $$', 'may not work'],
])('after %j going back by itself does not pretend that all is well', async (sql, why) => {
  files = { '1_way.sql': sql };
  office.world.refuses.set('api/staging', 'there is no room');
  const { outcome, because } = await deployed('v2');
  expect(outcome).toBe('needs-human');
  expect(because).toContain(why);
});

test('data that are not right stop the deployment before the new version comes up', async () => {
  configure({ integrity: [{ name: 'orders', sql: 'select 1 where false' }] });
  database.verdict = { kind: 'fail', because: 'orders: 3 rows' };
  const { outcome, because } = await deployed('v2');
  expect(outcome).toBe('rolled-back');
  expect(because).toContain('orders: 3 rows');
  expect(office.world.touched).toEqual([]);
});

test('an integrity query that is no question is refused', async () => {
  configure({ integrity: [{ name: 'bad', sql: 'delete from users' }] });
  expect(said(await ask('v2'))).toContain('is not one SELECT');
});

test('going back to a version that works with the database is shown as such, and done', async () => {
  await deployed('v2');
  files['2_more.sql'] = 'create table more ()';
  await deployed('v3');
  const shown = await rollBack({});
  expect(JSON.stringify(shown)).toContain('safe to roll back');
  const ended = await toTheEnd(begunBy(await rollBack({ plan: planIn(shown) })));
  expect(ended.outcome).toBe('deployed');
  expect(database.ran).toEqual(['1_mail', '2_more']);
});

test('going back where the database does not let it is refused, unless a person says so with a reason', async () => {
  await deployed('v2');
  files['2_name.sql'] = '-- slipway: expand\nalter table users rename column name to title';
  await deployed('v3');
  const shown = await rollBack({});
  expect(said(shown)).toContain('needs a forward fix');
  expect(shown.offers).toEqual([]);
  const anyway = await rollBack({ anyway: true, why: 'it burns' });
  const plan = planIn(anyway);
  expect(said(await rollBack({ plan }))).toContain('is not taken back to v2');
  expect(said(await rollBack({ plan, anyway: true }))).toContain('is not taken back to v2');
  const ended = await toTheEnd(begunBy(await rollBack({ plan, anyway: true, why: 'it burns' })));
  expect(ended.plan.targets[0]?.version.name).toBe('v2');
});

test('a database that cannot be asked is not taken for one that lets a version come back', async () => {
  await deployed('v2');
  database.down = 'nobody answers';
  expect(said(await rollBack({}))).toContain('not known whether it is safe');
});

test('a database in which something stopped half-way is not taken for one that lets a version come back', async () => {
  await deployed('v2');
  await deployed('v3');
  database.halfWay = [{ id: '2_more', intentId: null, say: '2_more came to statement 1 of 2', next: [] }];
  expect(said(await rollBack({}))).toContain('not known whether it is safe');
});

test('a version that does not know what was run is not safe because it brings something of its own', async () => {
  await deployed('v2');
  await deployed('v3');
  database.applied.set('2_else', {
    ...{ id: '2_else', checksum: 'x', by: 'us', light: 'needs-forward-fix' },
    ...{ deploymentId: 'd-else', intentId: null, finishedAtMs: office.nowMs() },
  });
  files['3_more.sql'] = 'create table more ()';
  const { plan } = await office.deployment(begunBy(await ask('v2')));
  expect(plan.targets[0]?.migrations?.pending.map(({ id }) => id)).toEqual(['3_more']);
  expect(plan.targets[0]?.migrations).toMatchObject({
    light: 'needs-forward-fix',
    because: expect.stringContaining('v2 does not work with what 2_else has made'),
  });
});

test('a new version that brings nothing is not doubted because nobody has seen it before', async () => {
  await deployed('v2');
  const { plan } = await office.deployment(begunBy(await ask('v3')));
  expect(plan.targets[0]?.migrations).toBeUndefined();
});

test('what contracts waits for its own order, and is said to wait', async () => {
  files['2_drop.sql'] = CONTRACT;
  const { plan } = await deployed('v2');
  expect(database.ran).toEqual(['1_mail']);
  expect(plan.targets[0]?.caveats.join()).toContain('/deploy-staging api --contract');
});

test('what only older versions need is not taken away while one may have to come back', async () => {
  files['2_drop.sql'] = CONTRACT;
  await deployed('v2');
  expect(said(await ask(null, { strategy: 'contract' }))).toContain('may still have to be taken back');
  office.pass(DAY_MS);
  office.world.places.get('api/staging')?.push({
    releaseId: 'old',
    name: 'v1',
    commit: null,
    trafficPercent: 0,
    intentId: null,
  });
  expect(said(await ask(null, { strategy: 'contract' }))).toContain('v1 still runs');
});

test('nothing is taken away where nobody remembers since when the newest runs', async () => {
  files = { '2_drop.sql': CONTRACT };
  expect(said(await ask(null, { strategy: 'contract' }))).toContain('Nobody remembers since when');
});

test('later it is shown, run without deploying anything, and there is no way back from it', async () => {
  files['2_drop.sql'] = CONTRACT;
  await deployed('v2');
  office.pass(DAY_MS);
  const touched = office.world.touched.length;
  const { outcome, plan } = await contracted();
  expect(outcome).toBe('deployed');
  expect(plan.steps.map(({ kind }) => kind)).toEqual(['protect', 'migrate']);
  expect(database.ran).toEqual(['1_mail', '2_drop']);
  expect(office.world.touched).toHaveLength(touched);
  expect(said(await rollBack({ to: 'v1' }))).toMatch(/forward fix|not known/);
  expect(said(await ask(null, { strategy: 'contract' }))).toContain('Every migration');
});

test('what was contracted and is not right then is told as what it is: nothing that runs needed it', async () => {
  files['2_drop.sql'] = CONTRACT;
  configure({ integrity: [{ name: 'everybody has a name', sql: 'select 1' }] });
  await deployed('v2');
  office.pass(DAY_MS);
  database.verdict = { kind: 'fail', because: 'one has none' };
  const { outcome, because } = await contracted();
  expect(outcome).toBe('needs-human');
  expect(because).toContain('what 2_drop has taken away stays away; v2 works without it');
  expect(because).not.toContain('does not work');
});

test('an older version that is there again when it comes to it stops the contracting', async () => {
  files['2_drop.sql'] = CONTRACT;
  await deployed('v2');
  office.pass(DAY_MS);
  const plan = planIn(await ask(null, { strategy: 'contract' }));
  const id = begunBy(await ask(null, { strategy: 'contract', plan }));
  const old = { releaseId: 'old', name: 'v1', commit: null, trafficPercent: 0, intentId: null };
  office.world.places.get('api/staging')?.push(old);
  const ended = await toTheEnd(id).catch(() => null);
  expect(ended?.outcome ?? 'waits').not.toBe('deployed');
  expect(database.ran).toEqual(['1_mail']);
});

test('nothing that expands is run over something that waits to contract', async () => {
  files['2_drop.sql'] = CONTRACT;
  await deployed('v2');
  files['3_more.sql'] = 'create table more ()';
  expect(said(await ask('v3'))).toContain('3_more comes after 2_drop');
});

test('where nothing runs and nothing was ever run, the whole past is run in order, whatever it took away', async () => {
  office.world.places.set('api/staging', []);
  files = { ...files, '2_drop.sql': CONTRACT, '3_name.sql': 'alter table users rename column mail to post' };
  const { outcome, plan } = await deployed('v2');
  expect(outcome).toBe('deployed');
  expect(database.ran).toEqual(['1_mail', '2_drop', '3_name']);
  expect(plan.targets[0]?.migrations).toMatchObject({
    light: 'safe-to-roll-back',
    because: expect.stringContaining('nothing runs there yet'),
  });
});

test('a first version that does not come up leaves nobody who could mind what it has run', async () => {
  office.world.places.set('api/staging', []);
  office.world.refuses.set('api/staging', 'there is no room');
  files = { '1_name.sql': 'alter table users rename column name to title' };
  expect((await deployed('v2')).outcome).toBe('rolled-back');
});

test('whoever is further behind is told which version comes between', async () => {
  files = { ...files, '2_drop.sql': CONTRACT, '3_more.sql': 'create table more ()' };
  const words = JSON.stringify(await ask('v2'));
  expect(words).toContain('Deploy a version first that has 1_mail and not 3_more yet');
  files = { '2_drop.sql': CONTRACT, '3_more.sql': 'create table more ()' };
  expect(JSON.stringify(await ask('v2'))).toContain('Run that first');
});

test('what was run with other words is refused', async () => {
  await deployed('v2');
  files['1_mail.sql'] = 'create table other ()';
  expect(said(await ask('v3'))).toContain('with other words');
});

test('what was run under another name is not run once more', async () => {
  files = { '1_mail.sql': EXPAND, '2_more.sql': 'create table more ()' };
  await deployed('v2');
  files = { '1_mail.sql': EXPAND, '3_more.sql': 'create table more ()' };
  expect(said(await ask('v3'))).toContain('when it was called 2_more');
  files = { ...files, '2_more.sql': 'create table more ()' };
  expect((await deployed('v3')).outcome).toBe('deployed');
  expect(database.ran).toEqual(['1_mail', '2_more', '3_more']);
});

test('what was overtaken is run, and the plan says so', async () => {
  files = { '1_mail.sql': EXPAND, '3_more.sql': 'create table more ()' };
  await deployed('v2');
  files = { ...files, '2_late.sql': 'create table late ()' };
  const { outcome, plan } = await deployed('v3');
  expect([outcome, database.ran]).toEqual(['deployed', ['1_mail', '3_more', '2_late']]);
  expect(plan.targets[0]?.caveats).toContain('2_late comes before 3_more, which has been run already');
});

test('a script that would be left out because of how its name ends is refused', async () => {
  files = { '1_mail.sql': EXPAND, '2_more.SQL': 'create table more ()' };
  expect(said(await ask('v2'))).toContain('2_more.SQL ends in capital letters');
  expect(database.ran).toEqual([]);
});
