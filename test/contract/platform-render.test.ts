import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Failed, type Failure } from '../../src/core/failure.ts';
import type { Intent, Site, Sought } from '../../src/platform/platform.ts';
import { render } from '../../src/platform/render/index.ts';
import { aroundWith } from '../stand-in/around.ts';
import {
  COMMITS,
  openRender,
  type Render,
  type RenderOptions,
  SERVICE,
  TOKEN,
} from '../stand-in/render/index.ts';

let world: Render;
let site: Site;

let isOpen = false;
async function close(): Promise<void> {
  if (!isOpen) return;
  isOpen = false;
  await world.close();
}
async function begin(options: RenderOptions = {}): Promise<void> {
  await close();
  world = await openRender(options);
  isOpen = true;
  site = render
    .open('render', { token: 'env:RENDER_API_KEY', url: world.url }, aroundWith(TOKEN))
    .site({ id: 'shop/production', address: { service: SERVICE } }, 'urgent');
}
beforeEach(() => begin());
afterEach(close);

let counted = 0;
function intent(): Intent {
  counted += 1;
  return { id: `d-00000001/replace.shop/production/forward/${counted}`, deploymentId: 'd-00000001' };
}
const version = (which: string) => ({ name: which, commit: COMMITS[which]?.id ?? null });
const sought = (doing: Sought['doing'], which: string): Sought => ({
  doing,
  version: version(which),
  sinceMs: Date.now() - 1_000,
});
const serving = async () => (await site.look()).releases.filter(({ trafficPercent }) => trafficPercent > 0);
const mutating = () =>
  world
    .calls({ method: ['POST', 'PATCH', 'PUT', 'DELETE'] })
    .map(({ method, path }) => `${method} ${path.replace(SERVICE, '{id}')}`);

async function live(which: string): Promise<string> {
  const { releaseId } = await site.replace!(intent(), version(which));
  expect(await serving()).toMatchObject([{ releaseId, health: 'healthy' }]);
  return releaseId;
}
async function failureOf(doing: Promise<unknown> | undefined): Promise<Failure> {
  const error = await doing?.then(
    (value) => new Error(`answered ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  );
  if (error instanceof Failed) return error.failure;
  throw error;
}

test('a version takes the place of the one before it', async () => {
  expect((await site.look()).releases).toEqual([]);
  const old = await live('good');
  const fresh = await live('better');
  expect((await site.look()).releases.map(({ releaseId, health }) => [releaseId, health])).toEqual([
    [fresh, 'healthy'],
    [old, 'gone'],
  ]);
});

test('while a version is built, the one before it has all the traffic', async () => {
  await begin({ buildMs: 60_000 });
  const old = world.state.start({ commitId: COMMITS['good']!.id }, 'manual', true);
  old.status = 'live';
  const { releaseId } = await site.replace!(intent(), version('better'));
  const { releases } = await site.look();
  expect(releases.map((one) => [one.releaseId, one.health, one.trafficPercent])).toEqual([
    [releaseId, 'starting', 0],
    [old.id, 'healthy', 100],
  ]);
});

describe('Render answers 202 without an id', () => {
  test('and the deploy is found by what was not there before', async () => {
    await begin({ buildMs: 60_000 });
    world.state.start({ commitId: COMMITS['good']!.id }, 'api').status = 'deactivated';
    world.state.queueNext = 1;
    const { releaseId } = await site.replace!(intent(), version('good'));
    expect(releaseId).toBe(world.state.deploys[0]?.id);
  });

  test('and where it is not listed yet nobody guesses, until it is', async () => {
    await begin({ buildMs: 60_000 });
    world.state.queueNext = 1;
    world.state.isQueueListed = false;
    const failure = await failureOf(site.replace!(intent(), version('good')));
    expect(failure).toMatchObject({ code: 'outcome-unknown', retryAfterMs: 5_000 });
    expect(await site.find(intent(), sought('replace', 'good'))).toEqual({ kind: 'absent' });
    for (const deploy of world.state.deploys) deploy.isHidden = false;
    expect(await site.find(intent(), sought('replace', 'good'))).toEqual({
      kind: 'found',
      releaseId: world.state.deploys[0]?.id,
    });
  });
});

describe('when an answer is lost', () => {
  test('what was carried out all the same is found, and was asked for once', async () => {
    for (const fault of [
      'lose-answer',
      'truncate',
      'nonsense',
      { status: 502, isCarriedOut: true },
    ] as const) {
      await begin();
      world.failNext(fault, { method: 'POST' });
      expect((await failureOf(site.replace!(intent(), version('good')))).code).toBe('outcome-unknown');
      const found = await site.find(intent(), sought('replace', 'good'));
      expect(found).toEqual({ kind: 'found', releaseId: world.state.deploys[0]?.id });
      expect(mutating()).toEqual(['POST /services/{id}/deploys']);
    }
  });

  test('what never arrived is absent', async () => {
    world.failNext('lose-call', { method: 'POST' });
    expect((await failureOf(site.replace!(intent(), version('good')))).code).toBe('outcome-unknown');
    expect(await site.find(intent(), sought('replace', 'good'))).toEqual({ kind: 'absent' });
  });

  test('of two that may be ours nobody chooses one', async () => {
    world.state.start({ commitId: COMMITS['good']!.id }, 'api');
    world.state.start({ commitId: COMMITS['good']!.id }, 'api');
    const found = await site.find(intent(), sought('replace', 'good'));
    expect(found).toMatchObject({ kind: 'ambiguous', say: expect.stringContaining('2 deploys of good') });
  });

  test('what somebody else started, another commit, or an older deploy is never taken for ours', async () => {
    world.state.start({ commitId: COMMITS['good']!.id }, 'manual');
    world.state.push(COMMITS['good']!.id);
    world.state.start({ commitId: COMMITS['better']!.id }, 'api');
    expect(await site.find(intent(), sought('replace', 'good'))).toEqual({ kind: 'absent' });
    const late = { ...sought('replace', 'better'), sinceMs: Date.now() + 600_000 };
    expect(await site.find(intent(), late)).toEqual({ kind: 'absent' });
  });

  test('a rollback whose answer was lost is found as one', async () => {
    const old = await live('good');
    const fresh = await live('better');
    world.failNext('lose-answer', { method: 'POST', path: /rollback$/ });
    const back = { releaseId: old, version: version('good'), insteadOf: fresh };
    expect((await failureOf(site.restore!(intent(), back))).code).toBe('outcome-unknown');
    const made = world.state.deploys[0]?.id;
    expect(await site.find(intent(), sought('restore', 'good'))).toEqual({ kind: 'found', releaseId: made });
    expect(await site.restore!(intent(), back)).toEqual({ releaseId: made });
    expect(world.calls({ method: 'POST', path: /rollback$/ })).toHaveLength(1);
  });
});

describe('going back', () => {
  const bothLive = async () => {
    const old = await live('good');
    const fresh = await live('better');
    return { releaseId: old, version: version('good'), insteadOf: fresh };
  };

  test('switches autodeploy off first, so that the next push does not undo it, and says so', async () => {
    const back = await bothLive();
    const { rollback } = await site.capabilities();
    expect(rollback).toMatchObject({
      how: {
        leaves: [
          expect.stringContaining('autodeploy'),
          expect.anything(),
          expect.anything(),
          expect.anything(),
        ],
      },
    });
    const { releaseId } = await site.restore!(intent(), back);
    expect(mutating().slice(-2)).toEqual(['PATCH /services/{id}', 'POST /services/{id}/rollback']);
    expect(world.state.push(COMMITS['better']!.id)).toBeNull();
    expect(await serving()).toMatchObject([
      {
        releaseId,
        version: { commit: COMMITS['good']!.id },
        say: expect.stringContaining('autodeploy is off'),
      },
    ]);
  });

  test('leaves autodeploy alone where it is off', async () => {
    await begin({ autoDeploy: 'no' });
    await site.restore!(intent(), await bothLive());
    expect(world.calls({ method: 'PATCH' })).toEqual([]);
  });

  test('goes on where autodeploy cannot be switched off, and what is said is true', async () => {
    const back = await bothLive();
    world.failNext(500, { method: 'PATCH' });
    const { releaseId } = await site.restore!(intent(), back);
    expect(await serving()).toMatchObject([
      { releaseId, say: expect.stringContaining('the next push takes its place') },
    ]);
  });

  test('calls off what is still being built, and nothing else happens', async () => {
    await begin({ buildMs: 60_000 });
    const kept = world.state.start({ commitId: COMMITS['good']!.id }, 'manual', true);
    kept.status = 'live';
    const { releaseId } = await site.replace!(intent(), version('better'));
    const back = { releaseId: kept.id, version: version('good'), insteadOf: releaseId };
    expect(await site.restore!(intent(), back)).toEqual({ releaseId: kept.id });
    expect(mutating().slice(-1)).toEqual([`POST /services/{id}/deploys/${releaseId}/cancel`]);
    expect((await site.look()).releases.map(({ health }) => health)).toEqual(['gone', 'healthy']);
  });

  test('what came up while it was being called off is rolled back', async () => {
    await begin({ buildMs: 60_000 });
    const old = world.state.start({ commitId: COMMITS['good']!.id }, 'manual', true);
    world.state.settle();
    const { releaseId: insteadOf } = await site.replace!(intent(), version('better'));
    world.state.isCancelTooLate = true;
    const back = { releaseId: old.id, version: version('good'), insteadOf };
    const { releaseId } = await site.restore!(intent(), back);
    expect(releaseId).not.toBe(old.id);
    expect(mutating().at(-1)).toBe('POST /services/{id}/rollback');
    world.state.settle();
    expect(await serving()).toMatchObject([{ releaseId }]);
  });

  test('a build that is no longer kept is said to be gone, and autodeploy is put back', async () => {
    const back = await bothLive();
    world.state.dropped.add(back.releaseId);
    expect(await failureOf(site.restore!(intent(), back))).toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('Deploy good anew'),
    });
    expect(world.state.autoDeploy).toBe('yes');
    const never = { ...back, releaseId: 'dep-99999999999999999999' };
    expect((await failureOf(site.restore!(intent(), never))).code).toBe('not-found');
  });

  test('what was never live cannot be gone back to', async () => {
    await live('good');
    const { releaseId } = await site.replace!(intent(), version('crashing'));
    await live('better');
    const back = { releaseId, version: version('crashing'), insteadOf: null };
    expect((await failureOf(site.restore!(intent(), back))).code).toBe('rejected');
    expect(mutating().every((call) => call.endsWith('/deploys'))).toBe(true);
  });
});

describe('configuration', () => {
  test('is read to its last page, hashed with its key, and never written', async () => {
    for (let index = 0; index < 230; index++) world.state.envVars.set(`KEY_${index}`, 'same');
    const settings = await site.settings!();
    expect(settings).toHaveLength(230);
    expect(new Set(settings.map(({ hash }) => hash)).size).toBe(230);
    expect(JSON.stringify(settings)).not.toContain('same"');
    // Putting the list replaces all of it: nothing here may ever do so.
    expect(mutating()).toEqual([]);
    expect(world.state.envVars.size).toBe(230);
  });

  test('a page that cannot be had is no shorter list', async () => {
    for (let index = 0; index < 130; index++) world.state.envVars.set(`KEY_${index}`, 'same');
    for (let time = 0; time < 3; time++) world.failNext(500, { path: /env-vars$/ });
    expect((await failureOf(site.settings!())).code).toBe('unavailable');
  });
});

describe('the maintenance page', () => {
  test('is a desired state, and keeps the address that is set at Render', async () => {
    const page = { untilMs: Date.now() + 60_000, reason: 'moving' };
    await site.maintain!(page);
    await site.maintain!(page);
    expect(world.state.maintenance).toEqual({ enabled: true, uri: 'https://status.example.com' });
    await site.maintain!(null);
    expect(world.state.maintenance.enabled).toBe(false);
    expect(mutating()).toHaveLength(2);
  });
});

test.each([
  ['private_service', ['replace', 'rollback', 'logs']],
  ['background_worker', ['replace', 'rollback', 'logs']],
  ['static_site', ['replace', 'rollback']],
  ['cron_job', ['logs']],
])('a %s differs from a web service, and what it cannot is refused without a call', async (type, can) => {
  await begin({ type });
  const capabilities = await site.capabilities();
  const asked = (
    ['replace', 'rollback', 'logs', 'maintenance', 'previews', 'traffic', 'staged', 'metrics'] as const
  ).filter((what) => capabilities[what]?.can);
  expect(asked).toEqual(can);
  const before = world.calls().length;
  expect((await failureOf(site.maintain!(null))).code).toBe('unsupported');
  expect(
    (await failureOf(site.previews!.create(intent(), { version: version('good'), endsAtMs: null }))).code,
  ).toBe('unsupported');
  if (type === 'cron_job')
    expect((await failureOf(site.replace!(intent(), version('good')))).code).toBe('unsupported');
  expect(world.calls()).toHaveLength(before);
});

test('nothing is staged, split or retired, and nobody is asked', async () => {
  for (const doing of [
    site.release(intent(), version('good')),
    site.route(intent(), [{ releaseId: 'dep-1', trafficPercent: 100 }]),
    site.retire(intent(), 'dep-1'),
  ])
    expect((await failureOf(doing)).code).toBe('unsupported');
  expect(await site.measure('dep-1')).toBeNull();
  expect(world.calls()).toEqual([]);
});

test('a suspended service is not deployed', async () => {
  await live('good');
  world.state.suspended = true;
  expect((await site.capabilities()).replace).toMatchObject({ can: false, why: 'not-configured' });
  expect((await failureOf(site.replace!(intent(), version('better')))).code).toBe('unsupported');
  expect(await serving()).toMatchObject([{ health: 'unhealthy' }]);
});

test('logs are gathered from several pages, oldest first, told apart by deploy, and redacted', async () => {
  const old = await live('good');
  await new Promise((done) => setTimeout(done, 200));
  await live('better');
  const query = {
    releaseId: null,
    sinceMs: Date.now() - 60_000,
    linesMax: 1_000,
    contains: null,
    level: null,
  };
  const all = await site.logs(query);
  expect(all.map(({ atMs }) => atMs)).toEqual(all.map(({ atMs }) => atMs).toSorted((a, b) => a - b));
  expect(all).toHaveLength(242);
  expect(world.calls({ path: '/logs' }).length).toBeGreaterThan(2);
  expect(all[0]?.text).toBe('building 1111 with Bearer [redacted]');
  const ofOld = await site.logs({ ...query, releaseId: old });
  expect(new Set(ofOld.map(({ version }) => version))).toEqual(new Set(['111111111111']));
  expect(ofOld.every(({ text }) => text.includes('1111'))).toBe(true);
  expect(await site.logs({ ...query, level: 'warn', linesMax: 1 })).toMatchObject([
    { text: '2222 answers 7' },
  ]);
});

describe('a service that runs an image', () => {
  beforeEach(() => begin({ imagePath: 'docker.io/acme/shop:v1' }));

  test('takes any tag of the same image', async () => {
    expect(await site.capabilities()).toMatchObject({ takes: 'any-name', previews: { can: true } });
    const { releaseId } = await site.replace!(intent(), { name: 'v2', commit: null });
    expect(world.calls({ method: 'POST' })[0]?.body).toEqual({ imageUrl: 'docker.io/acme/shop:v2' });
    expect(await serving()).toMatchObject([{ releaseId, version: { name: 'v2', commit: null } }]);
  });

  test('previews are made once, listed, and destroyed; nothing else ever is', async () => {
    const previews = site.previews!;
    const order = intent();
    const made = await previews.create(order, { version: { name: 'v2', commit: null }, endsAtMs: null });
    expect(
      await previews.create(order, { version: { name: 'v2', commit: null }, endsAtMs: null }),
    ).toMatchObject({ id: made.id });
    expect(await previews.list()).toMatchObject([{ id: made.id, version: { name: 'v2' } }]);
    const before = world.calls().length;
    for (const id of [SERVICE, `preview-${SERVICE}`, 'preview-srv-1/../x', 'dep-1', ''])
      expect((await failureOf(previews.destroy(intent(), id))).code).toBe('rejected');
    expect(world.calls()).toHaveLength(before);
    world.state.previews.set('srv-other', { name: 'other', imagePath: 'x:y', parent: 'srv-somebody' });
    expect((await failureOf(previews.destroy(intent(), 'preview-srv-other'))).code).toBe('rejected');
    await previews.destroy(intent(), made.id);
    expect(await previews.list()).toEqual([]);
    expect((await failureOf(previews.destroy(intent(), made.id))).code).toBe('not-found');
    expect(world.calls({ method: 'DELETE' })).toHaveLength(1);
  });
});

test('a version without a commit is refused before anything is sent', async () => {
  expect((await failureOf(site.replace!(intent(), { name: 'v9', commit: null }))).code).toBe('rejected');
  expect(mutating()).toEqual([]);
});

test('an address leads nowhere but to a service', () => {
  for (const service of ['srv-a/../b', 'SRV-1', 'dep-1', 'srv-', '../srv-1', `srv-${'a'.repeat(60)}`])
    expect(render.Address.safeParse({ service }).success).toBe(false);
  expect(render.Address.safeParse({ service: SERVICE, region: 'eu' }).success).toBe(false);
  expect(render.Settings.safeParse({ token: 'env:A', url: 'file:///etc/passwd' }).success).toBe(false);
});

test('usual changes of one service leave room for going back', async () => {
  const usual = render
    .open('render', { token: 'env:RENDER_API_KEY', url: world.url }, aroundWith(TOKEN))
    .site({ id: 'shop/production', address: { service: SERVICE } });
  for (let time = 0; time < 5; time++) await usual.replace!(intent(), version('good'));
  expect((await failureOf(usual.replace!(intent(), version('good')))).code).toBe('rate-limited');
  expect(world.calls({ method: 'POST' })).toHaveLength(5);
});
