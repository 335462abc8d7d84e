import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Failed, type Failure } from '../../src/core/failure.ts';
import { cloudflare } from '../../src/platform/cloudflare/index.ts';
import type { Platform, Site } from '../../src/platform/platform.ts';
import { type Router, routingOf } from '../../src/platform/router.ts';
import { aroundWith } from '../stand-in/around.ts';
import {
  ACCOUNT,
  BALANCER,
  type CloudflareStandIn,
  openCloudflare,
  POOLS,
  ZONE,
} from '../stand-in/cloudflare/index.ts';

const WORKER = 'shop-api';
const NOBODY = { releaseId: null, sinceMs: 0, linesMax: 100, contains: null, level: null } as const;

let stand: CloudflareStandIn;
let platform: Platform;
let site: Site;
let skewMs: number;
beforeEach(async () => {
  stand = await openCloudflare();
  skewMs = 0;
  const clock = { nowMs: () => Date.now() + skewMs, sleep: async () => undefined };
  const settings = { account: ACCOUNT, token: 'env:CLOUDFLARE_API_TOKEN', baseUrl: stand.url };
  platform = cloudflare.open('edge', settings, aroundWith('not-a-real-token', clock));
  site = platform.site({ id: 'api/staging', address: { worker: WORKER, url: 'https://api.example.com' } });
});
afterEach(async () => {
  await platform.close();
  await stand.close();
});

let counted = 0;
const intent = (step = 'release', direction = 'forward') => {
  counted += 1;
  return { id: `d-00000001/${step}.api/staging/${direction}/${counted}`, deploymentId: 'd-00000001' };
};
const version = (name: string) => ({ name, commit: null });
const sought = (doing: 'release' | 'replace' | 'restore', name: string) => ({
  doing,
  version: version(name),
  sinceMs: Date.now() - 60_000,
});
async function failureOf(doing: Promise<unknown>): Promise<Failure> {
  const error = await doing.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Failed)) throw new Error(`expected a Failed and got ${error}`);
  return error.failure;
}
const posted = () =>
  stand.calls({ method: 'POST', path: /\/deployments$/ }).map(({ body }) => body as { versions: object[] });

describe('a Worker', () => {
  let v1: string;
  let v2: string;
  beforeEach(() => {
    v1 = stand.upload(WORKER, 'v1');
    v2 = stand.upload(WORKER, 'v2', { message: 'answers in French' });
    stand.deployOutside(WORKER, { [v1]: 100 });
  });
  const give = (...shares: readonly (readonly [string, number])[]) =>
    site.route(
      intent('route'),
      shares.map(([releaseId, trafficPercent]) => ({ releaseId, trafficPercent })),
    );
  const shares = async () =>
    Object.fromEntries(
      (await site.look()).releases.map((release) => [release.version.name, release.trafficPercent]),
    );

  test('offers what CI uploaded, by tag, newest first', async () => {
    stand.upload(WORKER);
    expect((await site.versions(2)).map(({ name, note }) => [name, note])).toEqual([
      ['3', 'version 3'],
      ['v2', 'version 2: answers in French'],
    ]);
  });

  test('goes over to a version in any steps, in any order, and exactly', async () => {
    const order = intent();
    const { releaseId } = await site.release(order, version('v2'));
    expect(releaseId).toBe(v2);
    expect(await site.look()).toMatchObject({
      frontDoor: 'https://api.example.com',
      releases: [
        { releaseId: v1, trafficPercent: 100, intentId: null },
        { releaseId: v2, version: { name: 'v2' }, trafficPercent: 0, health: 'healthy', intentId: order.id },
      ],
    });
    for (const share of [1, 25, 12.5, 0.01, 0, 90, 100]) {
      await give([v1, 100 - share], [v2, share]);
      expect(await shares()).toEqual({ v1: 100 - share, v2: share });
    }
    await give([v1, 75], [v2, 25]);
    expect(stand.ask(WORKER, 200).filter((each) => each === v2)).toHaveLength(50);
  });

  test('has its whole table replaced by each deployment, so that what is not named in a split stays in it with nothing', async () => {
    await site.release(intent(), version('v2'));
    await give([v2, 100]);
    expect(posted().at(-1)?.versions).toEqual([
      { version_id: v2, percentage: 100 },
      { version_id: v1, percentage: 0 },
    ]);
    expect(await shares()).toEqual({ v1: 0, v2: 100 });
    await site.retire(intent('retire'), v1);
    expect(posted().at(-1)?.versions).toEqual([{ version_id: v2, percentage: 100 }]);
    expect(await shares()).toEqual({ v2: 100 });
  });

  test('takes no third version while two have traffic, and sends nothing', async () => {
    stand.upload(WORKER, 'v3');
    stand.deployOutside(WORKER, { [v1]: 60, [v2]: 40 });
    const failure = await failureOf(site.release(intent(), version('v3')));
    expect(failure).toMatchObject({ code: 'conflict', message: expect.stringContaining('takes no third') });
    expect(posted()).toEqual([]);
  });

  test('begins with one version that has everything: nothing can be staged before', async () => {
    stand.workers.get(WORKER)?.deployments.splice(0);
    expect((await site.capabilities()).staged).toMatchObject({ can: false, why: 'platform' });
    expect((await failureOf(site.release(intent(), version('v1')))).code).toBe('conflict');
    expect(posted()).toEqual([]);
    expect(await site.replace?.(intent('replace'), version('v1'))).toEqual({ releaseId: v1 });
    expect(await shares()).toEqual({ v1: 100 });
    expect((await site.capabilities()).staged.can).toBe(true);
  });

  test('is taken back by deploying the version before it again', async () => {
    await site.replace?.(intent('replace'), version('v2'));
    expect(await shares()).toEqual({ v2: 100 });
    const back = { releaseId: v1, version: version('v1'), insteadOf: v2 };
    expect(await site.restore?.(intent('replace', 'backward'), back)).toEqual({ releaseId: v1 });
    expect(await shares()).toEqual({ v1: 100 });
  });

  test('cannot be taken back beyond its last hundred versions, and nothing is sent', async () => {
    for (let count = 0; count < 100; count++) stand.upload(WORKER, `later-${count}`);
    const failure = await failureOf(
      site.restore!(intent('replace', 'backward'), {
        releaseId: v1,
        version: version('v1'),
        insteadOf: null,
      }),
    );
    expect(failure).toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('last hundred versions'),
    });
    expect(posted()).toEqual([]);
    expect(await shares()).toEqual({ v1: 100 });
  });

  test('is never forced back over a secret that has changed: the words of Cloudflare are shown', async () => {
    await site.release(intent(), version('v2'));
    stand.block(WORKER, v2, 'A secret has changed since this version was uploaded.');
    const failure = await failureOf(give([v1, 50], [v2, 50]));
    expect(failure.code).toBe('rejected');
    expect(failure.message).toMatch(/answered 400: A secret has changed since this version was uploaded\.$/);
    expect(stand.calls({ method: 'POST' }).every(({ query }) => !query.has('force'))).toBe(true);
  });

  test('names the closest version when there is none of that name', async () => {
    expect(await failureOf(site.release(intent(), version('v2x')))).toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('did you mean v2?'),
    });
  });

  test('is not touched by retiring what is not in its table, and not taken from under people', async () => {
    await site.retire(intent('retire'), v2);
    expect(posted()).toEqual([]);
    expect((await failureOf(site.retire(intent('retire'), v1))).code).toBe('conflict');
    expect(posted()).toEqual([]);
  });

  test('finds a lost release by its message, and nothing where nothing arrived', async () => {
    const lost = intent();
    stand.failNext('lose-answer', { method: 'POST' });
    expect((await failureOf(site.release(lost, version('v2')))).code).toBe('outcome-unknown');
    expect(posted()).toHaveLength(1);
    expect(await site.find(lost, sought('release', 'v2'))).toEqual({ kind: 'found', releaseId: v2 });
    const never = intent('replace');
    stand.failNext('lose-call', { method: 'POST' });
    expect((await failureOf(site.replace!(never, version('v2')))).code).toBe('outcome-unknown');
    expect(await site.find(never, sought('replace', 'v2'))).toEqual({ kind: 'absent' });
  });

  test('finds a lost replacement though somebody else has deployed since', async () => {
    const lost = intent('replace');
    stand.failNext('lose-answer', { method: 'POST' });
    await failureOf(site.replace!(lost, version('v2')));
    stand.deployOutside(WORKER, { [v1]: 100 });
    expect(await site.find(lost, sought('replace', 'v2'))).toEqual({ kind: 'found', releaseId: v2 });
    expect((await site.look()).releases).toMatchObject([{ releaseId: v1, intentId: null }]);
  });

  test('shares out in a way that we do not know: unknown, and nothing is written over it', async () => {
    stand.deployOutside(WORKER, { [v1]: 50, [v2]: 50 }, 'percentage');
    stand.failNext({ mutate: (json) => withStrategy(json, 'cohorts') }, { path: /\/deployments$/ });
    expect(new Set((await site.look()).releases.map(({ health }) => health))).toEqual(new Set(['unknown']));
    stand.failNext({ mutate: (json) => withStrategy(json, 'cohorts') }, { path: /\/deployments$/ });
    expect((await failureOf(give([v1, 100]))).code).toBe('conflict');
    expect(posted()).toEqual([]);
  });

  test('says no inside a status of 200, which is never a success', async () => {
    const refused = {
      success: false,
      errors: [{ code: 10_000, message: 'no such thing' }],
      messages: [],
      result: null,
    };
    stand.failNext({ mutate: () => refused }, { method: 'GET', path: /\/deployments$/ });
    expect(await failureOf(site.look())).toMatchObject({
      code: 'rejected',
      message: expect.stringContaining('no such thing'),
    });
    stand.failNext({ status: 200, json: refused }, { method: 'POST' });
    expect((await failureOf(site.replace!(intent('replace'), version('v2')))).code).toBe('rejected');
    stand.failNext({ status: 200, json: { ...refused, errors: [] } }, { method: 'POST' });
    expect((await failureOf(site.replace!(intent('replace'), version('v2')))).code).toBe('outcome-unknown');
    expect(await shares()).toEqual({ v1: 100 });
  });

  test('leaves Cloudflare alone for five minutes after a 429, also when something is to be taken back', async () => {
    stand.isLocked = true;
    const failure = await failureOf(site.look());
    expect(failure.code).toBe('rate-limited');
    expect(failure.retryAfterMs).toBeGreaterThanOrEqual(5 * 60_000);
    stand.isLocked = false;
    const asked = stand.calls().length;
    const urgent = platform.site({ id: 'api/staging', address: { worker: WORKER } }, 'urgent');
    for (const each of [site, urgent]) {
      expect(await failureOf(each.look())).toMatchObject({ code: 'rate-limited' });
      expect((await failureOf(each.replace!(intent('replace'), version('v2')))).code).toBe('rate-limited');
    }
    expect(stand.calls()).toHaveLength(asked);
    skewMs = 5 * 60_000 + 1_000;
    expect(await shares()).toEqual({ v1: 100 });
  });

  test('is looked at with one call once its versions are known', async () => {
    await site.look();
    const before = stand.calls().length;
    await site.look();
    expect(stand.calls()).toHaveLength(before + 1);
  });

  test('is named by what it was uploaded with though it is too old to be deployed', async () => {
    for (let count = 0; count < 101; count++) stand.upload(WORKER, `later-${count}`);
    expect(await shares()).toEqual({ v1: 100 });
  });

  test('compares what is bound by hash, and secrets by name alone', async () => {
    const bound = stand.upload(WORKER, 'v4', {
      bindings: [
        { name: 'LOCALE', type: 'plain_text', text: 'fr' },
        { name: 'TOKEN', type: 'secret_text' },
        { name: 'CACHE', type: 'kv_namespace' },
      ],
    });
    stand.deployOutside(WORKER, { [bound]: 100 });
    const settings = await site.settings?.();
    expect(settings).toEqual([
      { key: 'LOCALE', isSecret: false, hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
      { key: 'TOKEN', isSecret: true, hash: null },
      { key: 'CACHE', isSecret: false, hash: null },
    ]);
    const production = platform.site({ id: 'api/production', address: { worker: WORKER } });
    expect(await production.settings?.()).toEqual(settings);
    const another = platform.site({ id: 'web/production', address: { worker: WORKER } });
    expect((await another.settings?.())?.[0]?.hash).not.toBe(settings?.[0]?.hash);
  });

  test('counts by version where the token may, and says what it needs where it may not', async () => {
    stand.ask(WORKER, 40);
    expect((await site.capabilities()).metrics).toMatchObject({ can: true, how: { splitBy: 'version' } });
    expect(await site.measure(v1)).toMatchObject({ requests: 40, errors: 0, latencyBuckets: [] });
    expect(await site.measure(v2)).toBeNull();
    stand.mayAnalyse = false;
    skewMs = 11 * 60_000;
    expect((await site.capabilities()).metrics).toMatchObject({
      can: false,
      why: 'permission',
      say: expect.stringContaining('Account Analytics: Read'),
    });
    const { length } = stand.calls();
    expect(await site.measure(v1)).toBeNull();
    expect(stand.calls()).toHaveLength(length);
  });

  test('has logs where it keeps them', async () => {
    expect((await site.capabilities()).logs).toMatchObject({ can: false, why: 'not-configured' });
    stand.workers.get(WORKER)!.observability = { enabled: true };
    skewMs = 11 * 60_000;
    expect((await site.capabilities()).logs.can).toBe(true);
    const line = (id: string, timestamp: number, message: string) => ({
      timestamp,
      $metadata: { id: message, level: 'info', message },
      $workers: { scriptVersion: { id } },
    });
    stand.logLines.push(line(v1, 2, 'Bearer abcdefghijklmnop'), line(v2, 1, 'hello'));
    await site.look();
    expect(await site.logs(NOBODY)).toEqual([
      { atMs: 1, level: 'info', version: 'v2', text: 'hello' },
      { atMs: 2, level: 'info', version: 'v1', text: 'Bearer [redacted]' },
    ]);
    expect(await site.logs({ ...NOBODY, releaseId: v2 })).toHaveLength(1);
  });

  test.each([500, 503, 'truncate', 'nonsense'] as const)(
    'never takes an answer that went wrong (%s) for one',
    { timeout: 60_000 },
    async (fault) => {
      for (let times = 0; times < 3; times++)
        stand.failNext(fault, { method: 'GET', path: /\/deployments$/ });
      expect(['unavailable', 'misunderstood']).toContain((await failureOf(site.look())).code);
      stand.failNext(fault, { method: 'POST' });
      const order = intent('replace');
      const { code } = await failureOf(site.replace!(order, version('v2')));
      expect(code).toBe('outcome-unknown');
      expect(posted().length).toBe(1);
    },
  );
});

describe('an address', () => {
  test.each(['../accounts', 'Shop', 'a b', 'a/b', '', `a${'b'.repeat(63)}`])(
    'does not take %j for a Worker',
    (worker) => {
      expect(cloudflare.Address.safeParse({ worker }).success).toBe(false);
      expect(() => platform.site({ id: 'api/staging', address: { worker } })).toThrow();
      expect(stand.calls()).toEqual([]);
    },
  );
});

describe('a load balancer as a router', () => {
  let router: Router;
  const address = { zone: ZONE, loadBalancer: BALANCER, arms: { blue: POOLS[0], green: POOLS[1] } };
  beforeEach(() => {
    router = routingOf(platform)!.open({ ...address, url: 'https://shop.example.com' });
  });
  const percents = async () =>
    Object.fromEntries((await router.look()).arms.map(({ arm, trafficPercent }) => [arm, trafficPercent]));

  test('shares traffic out between its pools in any steps', async () => {
    expect(await router.look()).toEqual({
      frontDoor: 'https://shop.example.com',
      elsewherePercent: 0,
      arms: [
        { arm: 'blue', trafficPercent: 100, isIn: true, isUp: true, say: '' },
        { arm: 'green', trafficPercent: 0, isIn: true, isUp: true, say: '' },
      ],
    });
    for (const percent of [5, 60, 10, 100]) {
      await router.set([
        { arm: 'blue', trafficPercent: 100 - percent },
        { arm: 'green', trafficPercent: percent },
      ]);
      expect(await percents()).toEqual({ blue: 100 - percent, green: percent });
    }
  });

  test('takes an arm out that is not named, and back when it is', async () => {
    await router.set([{ arm: 'green', trafficPercent: 100 }]);
    expect((await router.look()).arms[0]).toMatchObject({ arm: 'blue', trafficPercent: 0, isIn: false });
    await router.set([
      { arm: 'green', trafficPercent: 100 },
      { arm: 'blue', trafficPercent: 0 },
    ]);
    expect((await router.look()).arms[0]).toMatchObject({ arm: 'blue', trafficPercent: 0, isIn: true });
  });

  test('says which pool it finds down, and what goes to strangers', async () => {
    stand.poolsDown.add(POOLS[1]);
    stand.balancer.default_pools.push('99999999999999999999999999999999');
    stand.balancer.random_steering = { default_weight: 1, pool_weights: {} };
    expect(await router.look()).toMatchObject({
      elsewherePercent: expect.closeTo(33.33, 1),
      arms: [{ isUp: true }, { isUp: false, say: expect.stringContaining('Amsterdam') }],
    });
  });

  test('tells nothing where its weights do not decide', async () => {
    stand.balancer.steering_policy = 'proximity';
    expect((await failureOf(router.look())).code).toBe('misunderstood');
  });

  test('refuses shares that cannot be, before anything is sent', async () => {
    const { length } = stand.calls();
    expect((await failureOf(router.set([]))).code).toBe('rejected');
    expect((await failureOf(router.set([{ arm: 'blue', trafficPercent: 99 }]))).code).toBe('rejected');
    expect(stand.calls()).toHaveLength(length);
  });
});

function withStrategy(json: unknown, strategy: string): unknown {
  const answer = json as { result: { deployments: { strategy: string }[] } };
  for (const deployment of answer.result.deployments) deployment.strategy = strategy;
  return answer;
}
