import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Failed, type Failure } from '../../src/core/failure.ts';
import type { Intent, Site, Sought } from '../../src/platform/platform.ts';
import { vercel } from '../../src/platform/vercel/index.ts';
import { aroundWith } from '../stand-in/around.ts';
import {
  COMMITS,
  openVercel,
  PROJECT,
  TEAM,
  TOKEN,
  type Vercel,
  type VercelOptions,
} from '../stand-in/vercel/index.ts';

let world: Vercel;
let site: Site;

let isOpen = false;
async function close(): Promise<void> {
  if (!isOpen) return;
  isOpen = false;
  await world.close();
}
async function begin(options: VercelOptions = {}): Promise<void> {
  await close();
  world = await openVercel(options);
  isOpen = true;
  site = vercel
    .open('vercel', { token: 'env:VERCEL_TOKEN', team: TEAM, url: world.url }, aroundWith(TOKEN))
    .site({ id: 'web/production', address: { project: PROJECT } });
}
beforeEach(() => begin());
afterEach(close);

const approved = [10, 25, 50].map((targetPercentage) => ({
  targetPercentage,
  requireApproval: true,
  duration: 5,
}));
const stages = [...approved, { targetPercentage: 100 }];

let counted = 0;
function intent(): Intent {
  counted += 1;
  return { id: `d-00000001/release.web/production/forward/${counted}`, deploymentId: 'd-00000001' };
}
const version = (which: string) => ({ name: which, commit: COMMITS[which]?.id ?? null });
const sought = (doing: Sought['doing'], which: string): Sought => ({
  doing,
  version: version(which),
  sinceMs: Date.now() - 1_000,
});
const standing = async () =>
  (await site.look()).releases.map(({ releaseId, health, trafficPercent }) => [
    releaseId,
    health,
    trafficPercent,
  ]);
const mutating = () =>
  world
    .calls({ method: ['POST', 'PATCH', 'PUT', 'DELETE'] })
    .map(({ method, path }) => `${method} ${path.replace(PROJECT, '{p}')}`);
const give = (...shares: readonly (readonly [string, number])[]) =>
  site.route(
    intent(),
    shares.map(([releaseId, trafficPercent]) => ({ releaseId, trafficPercent })),
  );

async function staged(which: string): Promise<string> {
  return (await site.release(intent(), version(which))).releaseId;
}
async function live(which: string): Promise<string> {
  const id = await staged(which);
  world.state.advance();
  world.state.serve(world.state.find(id));
  return id;
}
async function failureOf(doing: Promise<unknown> | undefined): Promise<Failure> {
  const error = await doing?.then(
    (value) => new Error(`answered ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  );
  if (error instanceof Failed) return error.failure;
  throw error;
}

describe('a project that stages its deployments', () => {
  test('brings a version up without traffic, marked as ours, and promotes it without building again', async () => {
    const order = intent();
    const { releaseId: old } = await site.release(order, version('good'));
    expect(await site.look()).toMatchObject({
      releases: [
        {
          releaseId: old,
          version: version('good'),
          trafficPercent: 0,
          health: 'healthy',
          intentId: order.id,
        },
      ],
    });
    await give([old, 100]);
    const fresh = await staged('better');
    expect(await standing()).toEqual([
      [fresh, 'healthy', 0],
      [old, 'healthy', 100],
    ]);
    await give([fresh, 100], [old, 0]);
    expect(await standing()).toEqual([
      [fresh, 'healthy', 100],
      [old, 'gone', 0],
    ]);
    expect(await site.look()).toMatchObject({ frontDoor: 'https://shop.example.com' });
    expect(mutating().filter((call) => call.includes('deployments'))).toHaveLength(2);
  });

  test('the same call again makes nothing new', async () => {
    const order = intent();
    const first = await site.release(order, version('good'));
    expect(await site.release(order, version('good'))).toEqual(first);
    const other = intent();
    const twice = await Promise.all([1, 2].map(() => site.release(other, version('better'))));
    expect(twice[0]).toEqual(twice[1]);
    expect(world.state.deployments).toHaveLength(2);
  });

  test('a build that fails is gone and says why, and its log is there', async () => {
    const releaseId = await staged('crashing');
    expect(await site.look()).toMatchObject({
      releases: [{ health: 'gone', say: 'its build failed: Command "npm run build" exited with 1' }],
    });
    const query = { releaseId, sinceMs: 0, linesMax: 100, contains: null, level: null };
    expect((await site.logs(query)).map(({ level, text }) => [level, text])).toEqual([
      ['info', 'building 3333 with Bearer [redacted]'],
      ['info', 'compiled'],
      ['error', 'npm run build exited with 1'],
    ]);
    expect(await site.logs({ ...query, level: 'error', linesMax: 1 })).toHaveLength(1);
  });

  test('nothing is replaced there, and nobody is asked once that is known', async () => {
    expect(await site.capabilities()).toMatchObject({ staged: { can: true }, replace: { can: false } });
    const before = world.calls().length;
    expect((await failureOf(site.replace!(intent(), version('good')))).code).toBe('unsupported');
    expect(world.calls()).toHaveLength(before);
  });
});

describe('when an answer is lost', () => {
  test.each(['lose-answer', 'truncate', 'nonsense', { status: 502, isCarriedOut: true }] as const)(
    'what was carried out all the same is found by its mark (%j)',
    async (fault) => {
      const order = intent();
      world.failNext(fault, { method: 'POST' });
      expect((await failureOf(site.release(order, version('good')))).code).toBe('outcome-unknown');
      const releaseId = world.state.deployments[0]?.id;
      expect(await site.find(order, sought('release', 'good'))).toEqual({ kind: 'found', releaseId });
      expect(await site.find(intent(), sought('release', 'good'))).toEqual({ kind: 'absent' });
    },
  );

  test('it is found behind a hundred others', async () => {
    const order = intent();
    await site.release(order, version('good'));
    for (let index = 0; index < 150; index++)
      world.state.create({ sha: COMMITS['better']!.id, target: null, meta: {} });
    expect((await site.find(order, sought('release', 'good'))).kind).toBe('found');
  });

  test('of two that carry one mark nobody chooses one', async () => {
    const order = intent();
    for (const sha of ['good', 'good'])
      world.state.create({ sha: COMMITS[sha]!.id, target: 'production', meta: { slipwayIntent: order.id } });
    expect((await site.find(order, sought('release', 'good'))).kind).toBe('ambiguous');
  });

  test('a promotion is asked for again harmlessly', async () => {
    const old = await live('good');
    const fresh = await staged('better');
    world.failNext('lose-answer', { path: /promote/ });
    expect((await failureOf(give([fresh, 100]))).code).toBe('outcome-unknown');
    await give([fresh, 100]);
    expect(await standing()).toEqual([
      [fresh, 'healthy', 100],
      [old, 'gone', 0],
    ]);
    expect(world.calls({ path: /promote/ })).toHaveLength(1);
  });

  test('a rollback is found by what Vercel was asked for last', async () => {
    const old = await live('good');
    const fresh = await live('better');
    const back = { releaseId: old, version: version('good'), insteadOf: fresh };
    expect(await site.find(intent(), sought('restore', 'good'))).toEqual({ kind: 'absent' });
    world.failNext('lose-answer', { path: /rollback/ });
    expect((await failureOf(site.restore!(intent(), back))).code).toBe('outcome-unknown');
    expect(await site.find(intent(), sought('restore', 'good'))).toEqual({ kind: 'found', releaseId: old });
    const later = { ...sought('restore', 'good'), sinceMs: Date.now() + 600_000 };
    expect(await site.find(intent(), later)).toEqual({ kind: 'absent' });
    expect(await site.find(intent(), sought('restore', 'better'))).toEqual({ kind: 'absent' });
    world.state.job = { ...world.state.job!, status: 'failed' };
    expect(await site.find(intent(), sought('restore', 'good'))).toEqual({ kind: 'absent' });
  });
});

test('a request that was taken has moved nobody yet: until the domains have, the old one serves', async () => {
  await begin({ moveMs: 60_000 });
  const old = await live('good');
  const fresh = await staged('better');
  await give([fresh, 100]);
  expect(await standing()).toEqual([
    [fresh, 'starting', 0],
    [old, 'healthy', 100],
  ]);
  world.state.job = { ...world.state.job!, status: 'failed' };
  expect(await standing()).toMatchObject([expect.anything(), [old, 'unknown', 100]]);
  const tumbling = (json: unknown) => {
    const project = json as { lastAliasRequest: object };
    return { ...project, lastAliasRequest: { ...project.lastAliasRequest, jobStatus: 'tumbling' } };
  };
  world.failNext({ mutate: tumbling }, { path: /projects/ });
  expect(await standing()).toMatchObject([expect.anything(), [old, 'unknown', 100]]);
  // Some of the domains may have moved: going back moves all of them.
  await site.restore!(intent(), { releaseId: old, version: version('good'), insteadOf: fresh });
  expect(world.calls({ path: /rollback/ })).toHaveLength(1);
});

describe('going back', () => {
  test('points the domains at what served before, and says that auto-assignment is off', async () => {
    await begin({ autoAssign: true });
    const { releaseId: old } = await site.replace!(intent(), version('good'));
    await site.look();
    const { releaseId: fresh } = await site.replace!(intent(), version('better'));
    await site.look();
    expect((await site.capabilities()).rollback).toMatchObject({
      how: {
        kind: 'pointer',
        leaves: [
          expect.stringContaining('Auto-assign'),
          expect.anything(),
          expect.anything(),
          expect.anything(),
        ],
      },
    });
    const back = { releaseId: old, version: version('good'), insteadOf: fresh };
    expect(await site.restore!(intent(), back)).toEqual({ releaseId: old });
    const { releases } = await site.look();
    expect(releases.find(({ trafficPercent }) => trafficPercent === 100)).toMatchObject({
      releaseId: old,
      say: expect.stringContaining('gives new deployments no domains until one is promoted'),
    });
    expect((await site.capabilities()).staged.can).toBe(true);
    expect(await site.restore!(intent(), back)).toEqual({ releaseId: old });
    expect(world.calls({ path: /rollback/ })).toHaveLength(1);
  });

  test('calls off what is still being built, and nothing is moved', async () => {
    await begin({ autoAssign: true, buildMs: 60_000 });
    const old = world.state.create({ sha: COMMITS['good']!.id, target: 'production', meta: {} });
    old.readyState = 'READY';
    world.state.serve(old);
    const { releaseId } = await site.replace!(intent(), version('better'));
    await site.restore!(intent(), { releaseId: old.id, version: version('good'), insteadOf: releaseId });
    expect(mutating().slice(1)).toEqual([`PATCH /v12/deployments/${releaseId}/cancel`]);
    expect(await standing()).toEqual([
      [releaseId, 'gone', 0],
      [old.id, 'healthy', 100],
    ]);
  });

  test('a deployment that is gone is said to be gone', async () => {
    const old = await live('good');
    await live('better');
    world.state.deployments.splice(1, 1);
    const failure = await failureOf(
      site.restore!(intent(), { releaseId: old, version: version('good'), insteadOf: null }),
    );
    expect(failure).toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('Deploy good anew'),
    });
  });

  test('on Hobby only the one before it can be gone back to, which is said before and passed on after', async () => {
    await begin({ plan: 'hobby' });
    const first = await live('good');
    await live('better');
    await live('good');
    world.state.autoAssign = true;
    expect((await site.capabilities()).rollback).toMatchObject({
      how: { horizon: expect.stringContaining('no earlier one') },
    });
    const back = { releaseId: first, version: version('good'), insteadOf: null };
    expect(await failureOf(site.restore!(intent(), back))).toMatchObject({
      code: 'rejected',
      message: expect.stringContaining('upgrade to pro'),
    });
  });
});

describe('a rolling release', () => {
  beforeEach(() => begin({ stages }));
  const bothUp = async () => [await live('good'), await staged('better')] as const;
  const shares = () => Object.fromEntries(world.state.shares());

  test('rises through its stages, whose lengths nobody reads, and is completed', async () => {
    const [old, fresh] = await bothUp();
    expect((await site.capabilities()).traffic).toMatchObject({
      can: true,
      how: { kind: 'stages', percents: [10, 25, 50] },
    });
    await give([fresh, 10], [old, 90]);
    expect(await standing()).toEqual([
      [fresh, 'healthy', 10],
      [old, 'healthy', 90],
    ]);
    await give([fresh, 25], [old, 75]);
    await give([fresh, 50], [old, 50]);
    await give([fresh, 100], [old, 0]);
    expect(shares()).toEqual({ [fresh]: 100 });
    expect(
      mutating()
        .slice(2)
        .map((call) => call.split('/').at(-1)),
    ).toEqual(['start', 'approve-stage', 'approve-stage', 'complete']);
  });

  test('is never begun by a promotion, which would finish one that is under way', async () => {
    const [old, fresh] = await bothUp();
    await give([fresh, 10], [old, 90]);
    await give([fresh, 10], [old, 90]);
    expect(shares()).toEqual({ [fresh]: 10, [old]: 90 });
    expect(world.calls({ path: /promote/ })).toEqual([]);
    await give([fresh, 100]);
    expect(world.calls({ path: /promote/ })).toEqual([]);
  });

  test('never goes back to a smaller share, nor over a stage', async () => {
    const [old, fresh] = await bothUp();
    expect((await failureOf(give([fresh, 50], [old, 50]))).message).toContain('begins with 10 %');
    await give([fresh, 10], [old, 90]);
    expect((await failureOf(give([fresh, 50], [old, 50]))).message).toContain('one by one');
    await give([fresh, 25], [old, 75]);
    await give([fresh, 50], [old, 50]);
    expect(await failureOf(give([fresh, 10], [old, 90]))).toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('cannot go back to 10 %'),
    });
    expect((await failureOf(give([fresh, 33], [old, 67]))).code).toBe('rejected');
    expect(shares()).toEqual({ [fresh]: 50, [old]: 50 });
  });

  test('goes by its own stages, not by those that were configured since', async () => {
    const [old, fresh] = await bothUp();
    await give([fresh, 10], [old, 90]);
    world.state.stages = [{ targetPercentage: 30, requireApproval: true }, { targetPercentage: 100 }];
    expect((await failureOf(give([fresh, 30], [old, 70]))).code).toBe('rejected');
    await give([fresh, 25], [old, 75]);
    expect(shares()).toEqual({ [fresh]: 25, [old]: 75 });
  });

  test('is aborted by going back to what it began with', async () => {
    const [old, fresh] = await bothUp();
    await give([fresh, 10], [old, 90]);
    await give([fresh, 0], [old, 100]);
    expect(shares()).toEqual({ [old]: 100 });
    expect(mutating().at(-1)).toBe(`POST /v1/projects/{p}/rollback/${old}`);
    expect((await standing()).find(([id]) => id === fresh)).toEqual([fresh, 'gone', 0]);
  });

  test('of somebody else is left alone', async () => {
    const [old, fresh] = await bothUp();
    const other = await staged('good');
    world.state.startRolling(other);
    for (const doing of [give([fresh, 10], [old, 90]), give([fresh, 100])])
      expect((await failureOf(doing)).code).toBe('conflict');
    expect(shares()).toEqual({ [other]: 10, [old]: 90 });
    expect(mutating().filter((call) => call.includes('projects'))).toEqual([]);
  });

  test('all at once is a rolling release that is completed, also when it was lost half-way', async () => {
    const [, fresh] = await bothUp();
    world.failNext('lose-answer', { path: /start$/ });
    expect((await failureOf(give([fresh, 100]))).code).toBe('outcome-unknown');
    await give([fresh, 100]);
    expect(shares()).toEqual({ [fresh]: 100 });
    expect(
      mutating()
        .slice(2)
        .map((call) => call.split('/').at(-1)),
    ).toEqual(['start', 'complete']);
  });

  test('is not begun between two of which neither serves', async () => {
    const [old, fresh] = await bothUp();
    const other = await staged('good');
    expect((await failureOf(give([fresh, 10], [other, 90]))).code).toBe('conflict');
    expect(shares()).toEqual({ [old]: 100 });
  });

  test('that goes on by itself is not led from here', async () => {
    await begin({ stages: [{ targetPercentage: 10, duration: 5 }, { targetPercentage: 100 }] });
    expect((await site.capabilities()).traffic).toMatchObject({ can: false, why: 'not-configured' });
  });

  test('that Vercel would begin by itself is neither staged nor replaced', async () => {
    await begin({ stages, autoAssign: true });
    const { staged: stage, replace, traffic } = await site.capabilities();
    expect([stage.can, replace?.can, traffic.can]).toEqual([false, false, false]);
    expect((await failureOf(site.release(intent(), version('good')))).code).toBe('unsupported');
    expect((await failureOf(site.replace!(intent(), version('good')))).code).toBe('unsupported');
    expect(mutating()).toEqual([]);
  });
});

describe('a project that gives its domains at once', () => {
  beforeEach(() => begin({ autoAssign: true }));

  test('says what to switch, and stages nothing: a version would serve everybody', async () => {
    expect((await site.capabilities()).staged).toMatchObject({
      can: false,
      say: expect.stringContaining('switch “Auto-assign'),
    });
    await begin({ autoAssign: true });
    expect((await failureOf(site.release(intent(), version('good')))).code).toBe('unsupported');
    expect((await failureOf(give(['dpl_000000000000000000000001', 100]))).code).toBe('unsupported');
    expect(mutating()).toEqual([]);
  });

  test('replaces one version by another', async () => {
    const { releaseId: old } = await site.replace!(intent(), version('good'));
    expect(await standing()).toEqual([[old, 'healthy', 100]]);
    const { releaseId } = await site.replace!(intent(), version('better'));
    expect(await standing()).toEqual([
      [releaseId, 'healthy', 100],
      [old, 'gone', 0],
    ]);
  });
});

describe('retiring', () => {
  test('cancels what is built and deletes what has never served; what has served is kept, what serves is left', async () => {
    const old = await live('good');
    const fresh = await live('better');
    const stagedId = await staged('good');
    const building = await staged('neverHealthy');
    for (const id of [old, stagedId, building, 'nobody', 'dpl_nobody']) await site.retire(intent(), id);
    await site.retire(intent(), stagedId);
    expect((await failureOf(site.retire(intent(), fresh))).code).toBe('conflict');
    expect(await standing()).toEqual([
      [building, 'gone', 0],
      [fresh, 'healthy', 100],
      [old, 'gone', 0],
    ]);
    expect(world.calls({ method: 'DELETE' })).toHaveLength(1);
    await give([old, 100]);
    expect((await standing()).find(([id]) => id === old)).toEqual([old, 'healthy', 100]);
  });

  test('what became ready just before it was to be cancelled is deleted as well', async () => {
    const releaseId = await staged('neverHealthy');
    world.state.isQuickerThanCancel = true;
    await site.retire(intent(), releaseId);
    expect(world.calls({ path: /\/cancel$/ })).toHaveLength(1);
    expect((await site.look()).releases.map((each) => each.releaseId)).not.toContain(releaseId);
  });

  test('never deletes what somebody else staged', async () => {
    const { id } = world.state.create({ sha: COMMITS['good']!.id, target: 'production', meta: {} });
    await site.retire(intent(), id);
    expect(world.calls({ method: 'DELETE' })).toEqual([]);
  });
});

describe('previews', () => {
  test('are made, listed and destroyed', async () => {
    const order = intent();
    const made = await site.previews!.create(order, { version: version('good'), endsAtMs: null });
    expect(await site.previews!.create(order, { version: version('good'), endsAtMs: null })).toMatchObject({
      id: made.id,
    });
    expect(await site.previews!.list()).toMatchObject([
      { id: made.id, owner: 'ada', health: 'healthy', version: version('good') },
    ]);
    await site.previews!.destroy(intent(), made.id);
    expect(await site.previews!.list()).toEqual([]);
    expect((await failureOf(site.previews!.destroy(intent(), made.id))).code).toBe('not-found');
  });

  test('nothing else is destroyed, whatever Vercel leaves out of its answers', async () => {
    const production = await live('good');
    const previews = site.previews!;
    const before = world.calls().length;
    for (const id of [production, PROJECT, `preview-${PROJECT}`, 'preview-dpl_/../x', ''])
      expect((await failureOf(previews.destroy(intent(), id))).code).toBe('rejected');
    expect(world.calls()).toHaveLength(before);
    const mutate = (json: unknown) => {
      const { target: _, readySubstate: __, projectId: ___, ...rest } = json as Record<string, unknown>;
      return rest;
    };
    world.failNext({ mutate }, { path: /v13\/deployments/ });
    expect((await failureOf(previews.destroy(intent(), `preview-${production}`))).code).toBe('rejected');
    const branch = world.state.create({ sha: COMMITS['good']!.id, target: null, meta: {} });
    expect((await failureOf(previews.destroy(intent(), `preview-${branch.id}`))).code).toBe('rejected');
    const forged = world.state.create({
      sha: COMMITS['good']!.id,
      target: 'production',
      meta: { slipwayPreview: '1' },
    });
    world.state.serve(forged);
    world.failNext(
      { mutate: (json) => ({ ...(mutate(json) as object), projectId: PROJECT }) },
      { path: /v13\/deployments/ },
    );
    expect((await failureOf(previews.destroy(intent(), `preview-${forged.id}`))).code).toBe('rejected');
    const elsewhere = await previews.create(intent(), { version: version('good'), endsAtMs: null });
    const moved = (json: unknown) => ({ ...(json as object), projectId: 'prj_somebody' });
    world.failNext({ mutate: moved }, { method: 'GET', path: /v13\/deployments/ });
    expect((await failureOf(previews.destroy(intent(), elsewhere.id))).code).toBe('rejected');
    expect(world.calls({ method: 'DELETE' })).toEqual([]);
  });
});

test('only values that can be read are compared, only those of production, and none is ever written', async () => {
  const one = (key: string, type: string, more: object = {}) => ({
    key,
    type,
    value: `value of ${key}`,
    target: ['production'],
    ...more,
  });
  world.state.envs.push(
    one('PLAIN', 'plain'),
    one('DECRYPTED', 'encrypted', { decrypted: true }),
    one('CIPHER', 'encrypted', { decrypted: false }),
    one('SENSITIVE', 'sensitive', { value: '' }),
    one('SECRET', 'secret'),
    one('PREVIEW', 'plain', { target: ['preview'] }),
  );
  const settings = await site.settings!();
  expect(settings.map(({ key, isSecret, hash }) => [key, isSecret, hash !== null])).toEqual([
    ['PLAIN', false, true],
    ['DECRYPTED', true, true],
    ['CIPHER', true, false],
    ['SENSITIVE', true, false],
    ['SECRET', true, false],
  ]);
  expect(JSON.stringify(settings)).not.toContain('value of');
  // A write that Vercel answers with 201 may have failed in part: nothing here writes any.
  expect(mutating()).toEqual([]);
});

test('a project without a repository can be built from nowhere', async () => {
  await begin({ hasRepository: false });
  const { staged: stage, replace, previews } = await site.capabilities();
  expect([stage.can, replace?.can, previews?.can]).toEqual([false, false, false]);
});

test('a paused project is not healthy, and is offered by nobody as a maintenance page', async () => {
  const id = await live('good');
  world.state.paused = true;
  expect(await standing()).toEqual([[id, 'unhealthy', 100]]);
  expect((await site.capabilities()).maintenance).toMatchObject({
    can: false,
    say: expect.stringContaining('error page'),
  });
});

test('a version without a commit, and shares that are none, are refused before anything is sent', async () => {
  const id = await live('good');
  const before = mutating().length;
  expect((await failureOf(site.release(intent(), { name: 'v9', commit: null }))).code).toBe('rejected');
  for (const shares of [
    [[id, 60]],
    [
      [id, 150],
      ['x', -50],
    ],
    [
      [id, 50],
      [id, 50],
    ],
  ] as const)
    expect((await failureOf(give(...shares.filter(([, share]) => share > 0 || share < 0)))).code).toBe(
      'rejected',
    );
  expect((await failureOf(give())).code).toBe('unsupported');
  expect((await failureOf(give(['dpl_nobody', 100]))).code).toBe('not-found');
  expect(mutating()).toHaveLength(before);
});

test('an address leads nowhere but to a project', () => {
  for (const project of ['prj_a/../b', 'shop', 'prj_', '../prj_a', `prj_${'a'.repeat(80)}`])
    expect(vercel.Address.safeParse({ project }).success).toBe(false);
  expect(vercel.Settings.safeParse({ token: 'env:A', team: 'acme' }).success).toBe(false);
});
