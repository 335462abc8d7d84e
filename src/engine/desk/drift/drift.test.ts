import { beforeEach, expect, test } from 'vitest';
import { begunBy, type Office, openOffice, said } from '../../../../test/support/office/office.ts';
import { known, type Running } from '../../../../test/support/office/world.ts';
import type { Reply } from '../../../core/answer.ts';
import { isRefusal } from '../../../core/refusal.ts';
import { plain } from '../../../core/text.ts';
import type { Setting } from '../../../platform/platform.ts';
import { settingHash } from '../../../platform/setting-hash.ts';

let office: Office;
beforeEach(() => {
  office = openOffice();
});

const staging = { service: 'api', environment: 'staging' } as const;

async function deploy(version = 'v2'): Promise<string> {
  const id = begunBy(
    await office.as('U0ANN').deploy(office.order(version, { ...staging, strategy: 'all-at-once' })),
  );
  for (let turn = 0; turn < 20; turn += 1) {
    if ((await office.visit(id)) === 'ended') break;
    office.pass(10_000);
  }
  expect((await office.store.journal.find(id))?.outcome).toBe('deployed');
  return id;
}

const others = (name: string, more: Partial<Running> = {}): Running => ({
  releaseId: `theirs-${name}`,
  name,
  commit: null,
  trafficPercent: 100,
  intentId: null,
  ...more,
});

/** Two looks, far enough from the last deployment. */
async function lookTwice(): Promise<void> {
  for (let turn = 0; turn < 2; turn += 1) {
    office.pass(60_000);
    await office.engine.reconciler.round();
  }
}

const rows = (reply: Reply, caption?: string) =>
  isRefusal(reply)
    ? []
    : reply.parts.flatMap((part) =>
        part.kind === 'table' && (caption === undefined || part.caption === caption) ? part.rows : [],
      );
const notes = (reply: Reply) =>
  isRefusal(reply) ? [] : reply.parts.flatMap((part) => (part.kind === 'note' ? [plain(part.text)] : []));
const drift = (who = 'U0ANN', more = {}) => office.as(who).drift({ ...staging, between: null, ...more });
const adoptIn = (reply: Reply) =>
  (reply.offers ?? []).flatMap(({ text }) => /--adopt (\S+)/.exec(text)?.[1] ?? [])[0] ?? '';

const setting = (service: string, key: string, value: string | null, isSecret = true): Setting => ({
  key,
  isSecret,
  hash: value === null ? null : settingHash(`${service}/x`, key, value),
});

function configure(id: string, settings: readonly Setting[]): void {
  office.world.extras.set(id, { settings: async () => settings });
}

const told = async () => {
  const taken = await office.store.outbox.take('test', 1_000, 1);
  return taken.filter(({ content }) => content.kind === 'sheet').map(({ key }) => key);
};

test('a place that runs what was left there has not drifted, and one of which nothing was deployed is not known', async () => {
  const id = await deploy();
  const reply = await drift();
  expect(said(reply)).toBe('No drift was found in 1 place.');
  expect(rows(reply)[0]).toEqual(['api/staging', 'memory (at staging)', `v2 by ${id}`, 'v2', 'none']);
  const all = await office.as('U0ANN').drift({ service: null, environment: null, between: null });
  expect(said(all)).toBe('No drift was found in 4 places; of 3 it is not known.');
});

test('what somebody else deployed is shown with an offer to adopt it', async () => {
  await deploy();
  office.world.places.set('api/staging', [others('v7')]);
  const reply = await drift();
  expect(said(reply)).toBe('api in staging has drifted: someone else deployed v7; we left v2.');
  expect(reply.offers).toMatchObject([{ label: 'Adopt v7', command: 'deploy-compare' }]);
  expect((await drift('U0BOB')).offers ?? []).toEqual([]);
});

test('a version of the same name with another commit is a drift', async () => {
  await deploy();
  office.world.places.set('api/staging', [others('v2', { commit: 'f'.repeat(40) })]);
  expect(said(await drift())).toContain('the same version by name, of another commit than we deployed');
});

test('a place that was moved in slipway.yml since it was deployed is a drift', async () => {
  await deploy();
  office.catalog = {
    ...office.catalog,
    services: office.catalog.services.map((service) => ({
      ...service,
      targets: service.targets.map((target) => ({ ...target, address: { at: 'elsewhere' } })),
    })),
  };
  expect(said(await drift())).toContain('it lived elsewhere when it was last deployed');
});

test('a platform that does not answer is not known, and neither good nor drifted', async () => {
  await deploy();
  office.world.down = 'it is asleep';
  const reply = await drift();
  expect(said(reply)).toBe('No drift was found in 1 place; of 1 it is not known.');
  expect(rows(reply)[0]?.slice(3)).toEqual(['not known: memory says it is asleep', 'not known']);
});

test('adopting makes it what Slipway believes, is on the record, and touches no platform', async () => {
  await deploy();
  office.world.places.set('api/staging', [others('v7')]);
  const before = office.world.touched.length;
  const seen = adoptIn(await drift());
  expect(said(await office.as('U0BOB').adopt({ ...staging, seen }))).toContain('not-allowed');
  expect(said(await office.as('U0ANN').adopt({ ...staging, seen }))).toContain(
    'Slipway believes now that v7 runs',
  );
  expect(office.world.touched).toHaveLength(before);
  expect(said(await drift())).toBe('No drift was found in 1 place.');
  expect(rows(await drift())[0]?.[2]).toBe('v7, adopted');
  const lines = await office.store.ledger.read('desk', 0, 1_000);
  expect(lines.map(({ text }) => JSON.parse(text).action)).toContain('adopt');
});

test('what was not shown is not adopted: something newer there, a split, or nothing at all', async () => {
  await deploy();
  office.world.places.set('api/staging', [others('v7')]);
  const seen = adoptIn(await drift());
  for (const running of [
    [others('v8')],
    [others('v7', { releaseId: 'another' })],
    [others('v7', { trafficPercent: 50 }), others('v2', { trafficPercent: 50 })],
    [],
  ]) {
    office.world.places.set('api/staging', running);
    expect(isRefusal(await office.as('U0ANN').adopt({ ...staging, seen }))).toBe(true);
  }
  const [state] = await office.store.targets.all();
  expect(state?.believed?.version).toBe('v2');
});

test('what somebody else deployed is told once, on a card that is edited when it is adopted', async () => {
  await deploy();
  await lookTwice();
  await told();
  office.world.places.set('api/staging', [others('v7')]);
  await lookTwice();
  const sheet = await office.engine.sheetFor({ kind: 'foreign', id: 'api/staging' });
  expect(sheet?.sentence).toBe('Someone else deployed v7 to api in staging, where Slipway had left v2.');
  await lookTwice();
  await lookTwice();
  expect((await office.store.board.find({ kind: 'foreign', id: 'api/staging' }))?.version).toBe(1);
  expect(await told()).toEqual(['sheet/foreign/api/staging/1/staging']);
  const seen = adoptIn(await drift());
  await office.as('U0ANN').adopt({ ...staging, seen });
  const after = await office.engine.sheetFor({ kind: 'foreign', id: 'api/staging' });
  expect(after?.offers).toEqual([]);
  expect(JSON.stringify(after?.parts)).toContain('Adopted');
});

test('something is told only when it was seen twice, and never of what a deployment of ours is making', async () => {
  await deploy();
  await lookTwice();
  office.world.places.set('api/staging', [others('v7')]);
  office.pass(60_000);
  await office.engine.reconciler.round();
  expect(await office.store.board.find({ kind: 'foreign', id: 'api/staging' })).toBeNull();
  office.world.places.set('api/staging', [others('v2')]);
  await lookTwice();
  expect(await office.store.board.find({ kind: 'foreign', id: 'api/staging' })).toBeNull();
  begunBy(await office.as('U0ANN').deploy(office.order('v3', { ...staging, strategy: 'all-at-once' })));
  office.world.places.set('api/staging', [others('v7')]);
  await lookTwice();
  expect(await office.store.board.find({ kind: 'foreign', id: 'api/staging' })).toBeNull();
});

test('soon after a deployment of ours nothing is told, because the platform may still show what was before', async () => {
  await deploy();
  office.world.places.set('api/staging', [others('v1')]);
  const { lookEveryMs } = office.parts.patience;
  const look = async () => {
    await office.engine.reconciler.round();
    return (await office.store.board.find({ kind: 'foreign', id: 'api/staging' }))?.isOpen ?? false;
  };
  expect(await look()).toBe(false);
  office.pass(lookEveryMs);
  expect(await look()).toBe(false);
  office.pass(lookEveryMs);
  expect(await look()).toBe(true);
});

test('when what was left serves again, the card says so; the next time it is a new one', async () => {
  await deploy();
  const [ours] = office.world.places.get('api/staging') ?? [];
  office.world.places.set('api/staging', [others('v7')]);
  await lookTwice();
  office.world.places.set('api/staging', ours === undefined ? [] : [ours]);
  await lookTwice();
  const closed = await office.store.board.find({ kind: 'foreign', id: 'api/staging' });
  expect(closed).toMatchObject({ isOpen: false, body: { closed: { how: 'over' } } });
  office.world.places.set('api/staging', []);
  await lookTwice();
  const again = await office.store.board.find({ kind: 'foreign', id: 'api/staging' });
  expect(again).toMatchObject({ isOpen: true, body: { round: 2, found: [] } });
});

test('what was seen before our own deployment ended is nobody else’s', async () => {
  await lookTwice();
  office.pass(1_000);
  await deploy();
  const reply = await office.as('U0ANN').status({ ...staging, deployment: null });
  expect(rows(reply)[0]?.[4]).toBe('not looked at since');
});

test('status marks a place that has drifted, from what was seen last', async () => {
  await deploy();
  office.world.places.set('api/staging', [others('v7')]);
  await lookTwice();
  office.world.down = 'it is asleep';
  const reply = await office.as('U0ANN').status({ ...staging, deployment: null });
  expect(rows(reply)[0]?.slice(0, 5)).toEqual([
    'api',
    'staging',
    'v7',
    'healthy',
    'someone else deployed v7; we left v2',
  ]);
});

test('settings are compared with those after the last deployment, by key, and no value is ever shown', async () => {
  configure('api/staging', [
    setting('api', 'LIMIT', 'hunter2'),
    setting('api', 'URL', 'same'),
    setting('api', 'OLD', 'x'),
    setting('api', 'BLIND', null),
  ]);
  const id = await deploy();
  await lookTwice();
  configure('api/staging', [
    setting('api', 'LIMIT', 'hunter3'),
    setting('api', 'URL', 'same'),
    setting('api', 'NEW', 'y'),
    setting('api', 'BLIND', null),
  ]);
  await lookTwice();
  const reply = await drift();
  expect(said(reply)).toBe('The version is what was left there, and settings have changed since.');
  expect(rows(reply, `Settings since ${id}`)).toEqual([
    ['BLIND', 'not readable'],
    ['LIMIT', 'differs'],
    ['NEW', 'new since'],
    ['OLD', 'taken away since'],
  ]);
  expect(office.everything() + JSON.stringify(reply)).not.toMatch(/hunter/);
});

test('settings that nobody can read, or that were never recorded, are said to be so', async () => {
  await deploy();
  expect(notes(await drift())).toContain('Settings: not readable: memory does not show what is configured.');
  configure('api/staging', [setting('api', 'URL', 'same')]);
  expect(notes(await drift()).join()).toContain('None were recorded after a deployment yet');
});

test('two environments are compared by version and by settings', async () => {
  configure('api/staging', [
    setting('api', 'URL', 'a'),
    setting('api', 'SAME', 's'),
    setting('api', 'DEBUG', '1'),
  ]);
  configure('api/production', [setting('api', 'URL', 'b'), setting('api', 'SAME', 's')]);
  office.world.versions.push(known('v9'));
  const between = { base: 'staging', head: 'production' };
  const reply = await office.as('U0ANN').drift({ service: null, environment: null, between });
  expect(said(reply)).toBe(
    'Between staging and production 1 of 2 services differ: api; of 1 the settings cannot be compared.',
  );
  expect(rows(reply)).toEqual([
    ['api', 'memory', 'v1', 'v1', '1 the same, 1 differ (URL), 1 only in staging (DEBUG)'],
    ['web', 'memory', 'v1', 'v1', 'not readable: memory does not show what is configured'],
  ]);
  const one = await office.as('U0ANN').drift({ service: 'api', environment: null, between });
  expect(rows(one, 'Settings of api')).toEqual([
    ['DEBUG', 'only in staging'],
    ['URL', 'differs'],
  ]);
});
