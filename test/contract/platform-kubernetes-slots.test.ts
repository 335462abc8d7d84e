import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Site } from '../../src/platform/platform.ts';
import { aroundWith } from '../stand-in/around.ts';
import type { ClusterStandIn } from '../stand-in/kubernetes/index.ts';
import {
  addBlueGreen,
  addGateway,
  addReplicas,
  answers,
  blueGreen,
  gateway,
  replicasMode,
} from '../stand-in/kubernetes/shop.ts';
import { TOKEN } from '../stand-in/kubernetes/token.ts';
import { type ClusterWorld, openCluster, standing } from './platform-kubernetes.ts';
import { failureOf, intent } from './platform-trial.ts';

let world: ClusterWorld;
let cluster: ClusterStandIn;
beforeEach(async () => {
  world = await openCluster();
  cluster = world.cluster;
});
afterEach(() => world.close());

const version = (name: string) => ({ name, commit: null });
const patches = (path?: RegExp) =>
  cluster.calls({ method: 'PATCH', ...(path === undefined ? {} : { path }) });
const selector = () => cluster.state.store.one('services', 'shop').spec.selector;

async function up(of: Site, name: string): Promise<string> {
  const { releaseId } = await of.release(intent('release'), version(name));
  await expect.poll(async () => (await standing(of, releaseId))?.health).toBe('healthy');
  return releaseId;
}
const give = (of: Site, ...shares: readonly (readonly [string, number])[]) =>
  of.route(
    intent('route'),
    shares.map(([releaseId, trafficPercent]) => ({ releaseId, trafficPercent })),
  );
const share = async (of: Site, releaseId: string) => (await standing(of, releaseId))?.trafficPercent;

describe.each([
  ['blue-green', blueGreen, addBlueGreen],
  ['gateway', gateway, addGateway],
  ['replicas', replicasMode, addReplicas],
] as const)('two Deployments that take turns, %s', (_, address, add) => {
  let shop: Site;
  beforeEach(() => {
    add(cluster.state);
    shop = world.site(address);
  });

  test('nothing stands where nothing runs', async () => {
    expect((await shop.look()).releases).toEqual([]);
  });

  test('a release comes up without traffic, takes all of it, and the one before goes', async () => {
    const old = await up(shop, 'v1');
    await give(shop, [old, 100]);
    await expect.poll(() => share(shop, old)).toBe(100);
    const fresh = await up(shop, 'v2');
    expect(await standing(shop, fresh)).toMatchObject({ trafficPercent: 0, version: { name: 'v2' } });
    expect(new Set(answers(cluster.state, address.mode, 12))).toEqual(new Set([old]));
    await give(shop, [fresh, 100]);
    await expect.poll(() => share(shop, fresh)).toBe(100);
    expect(new Set(answers(cluster.state, address.mode, 12))).toEqual(new Set([fresh]));
    await Promise.all([shop.retire(intent('retire'), old), shop.retire(intent('retire'), old)]);
    await expect
      .poll(async () => (await shop.look()).releases.map(({ releaseId }) => releaseId))
      .toEqual([fresh]);
    for (const gone of [old, 'nobody']) await shop.retire(intent('retire'), gone);
  });

  test('all of it can be taken from everybody, and given back', async () => {
    const old = await up(shop, 'v1');
    await give(shop, [old, 100]);
    await give(shop);
    await expect.poll(() => share(shop, old)).toBe(0);
    expect(answers(cluster.state, address.mode, 2)).toEqual(['undefined', 'undefined']);
    await give(shop, [old, 100]);
    await expect.poll(() => share(shop, old)).toBe(100);
  });

  test('a split that is already so is not sent again', async () => {
    const old = await up(shop, 'v1');
    await give(shop, [old, 100]);
    await expect.poll(() => share(shop, old)).toBe(100);
    cluster.state.settle();
    const before = patches().length;
    await give(shop, [old, 100]);
    expect(patches()).toHaveLength(before);
  });

  test('one that serves is not taken away, and one that crashes gets nothing', async () => {
    cluster.state.fates.set('v6', 'crash');
    const old = await up(shop, 'v1');
    await give(shop, [old, 100]);
    await expect.poll(() => share(shop, old)).toBe(100);
    expect((await failureOf(shop.retire(intent('retire'), old))).code).toBe('conflict');
    const { releaseId } = await shop.release(intent('release'), version('v6'));
    await expect.poll(async () => (await standing(shop, releaseId))?.isHopeless).toBe(true);
    const failure = await failureOf(give(shop, [releaseId, 100]));
    expect(failure).toMatchObject({ code: 'conflict', message: expect.stringContaining('CrashLoopBackOff') });
    await shop.retire(intent('retire'), releaseId);
    await expect.poll(async () => (await shop.look()).releases.map(({ releaseId: id }) => id)).toEqual([old]);
  });

  test.each([
    ['that do not add up', 'rejected', (id: string) => [[id, 60]] as const],
    [
      'below nothing',
      'rejected',
      (id: string) =>
        [
          [id, 150],
          ['x', -50],
        ] as const,
    ],
    [
      'that name a release twice',
      'rejected',
      (id: string) =>
        [
          [id, 50],
          [id, 50],
        ] as const,
    ],
    ['for one that is not there', 'not-found', () => [['x', 100]] as const],
  ])('shares %s are refused and change nothing', async (_what, code, shares) => {
    const old = await up(shop, 'v1');
    await give(shop, [old, 100]);
    await expect.poll(() => share(shop, old)).toBe(100);
    const before = patches().length;
    expect((await failureOf(give(shop, ...shares(old)))).code).toBe(code);
    expect(patches()).toHaveLength(before);
  });

  test('a retired release is found by its intent, so that nobody brings it up again', async () => {
    const order = intent('release');
    const { releaseId } = await shop.release(order, version('v1'));
    await shop.retire(intent('retire'), releaseId);
    expect(await shop.find(order, { doing: 'release', version: version('v1'), sinceMs: 0 })).toEqual({
      kind: 'found',
      releaseId,
    });
    expect(await shop.release(order, version('v1'))).toEqual({ releaseId });
    await expect.poll(async () => (await shop.look()).releases).toEqual([]);
  });
});

describe('blue-green', () => {
  let shop: Site;
  beforeEach(() => {
    addBlueGreen(cluster.state, [2, 0]);
    shop = world.site(blueGreen);
  });

  test('a key of the old selector that the new one has not is nulled, or nobody would be served', async () => {
    const store = cluster.state.store;
    const service = store.one('services', 'shop');
    const selected = { app: 'shop', colour: 'blue', generation: 'old' };
    store.write('services', { ...service, spec: { ...service.spec, selector: selected } });
    const fresh = await up(shop, 'v1');
    await give(shop, [fresh, 100]);
    expect(selector()).toEqual({ app: 'shop', colour: 'green' });
    const [sent] = patches(/services/);
    expect(sent?.body).toMatchObject({ spec: { selector: { generation: null, colour: 'green' } } });
    await expect.poll(() => share(shop, fresh)).toBe(100);
  });

  test('traffic is where the endpoints are, not where the selector points', async () => {
    const fresh = await up(shop, 'v1');
    const [old] = (await shop.look()).releases.filter(({ trafficPercent }) => trafficPercent > 0);
    cluster.state.asleep.add('endpoints');
    await give(shop, [fresh, 100]);
    expect(selector()).toEqual({ app: 'shop', colour: 'green' });
    expect(await share(shop, fresh)).toBe(0);
    expect(await share(shop, old!.releaseId)).toBe(100);
    cluster.state.asleep.clear();
    await expect.poll(() => share(shop, fresh)).toBe(100);
  });

  test('it is not switched before every pod that is wanted is ready, unless something is taken back', async () => {
    cluster.state.fates.set('v7', 'never');
    const { releaseId } = await shop.release(intent('release'), version('v7'));
    expect((await failureOf(give(shop, [releaseId, 100]))).code).toBe('conflict');
    const fresh = await up(shop, 'v1');
    const { store } = cluster.state;
    cluster.state.settle();
    // One of its two pods falls ill.
    const ill = store.all('pods').find(({ metadata }) => metadata.labels?.['colour'] === 'green');
    cluster.state.asleep.add('pods');
    store.write('pods', {
      ...ill!,
      status: { ...ill!.status, conditions: [{ type: 'Ready', status: 'False' }] },
    });
    expect((await failureOf(give(shop, [fresh, 100]))).code).toBe('conflict');
    await world.site(blueGreen, 'urgent').route(intent('route'), [{ releaseId: fresh, trafficPercent: 100 }]);
    expect(selector()).toEqual({ app: 'shop', colour: 'green' });
  });

  test('a share in between cannot be had, and open connections are a caveat of the plan', async () => {
    const fresh = await up(shop, 'v1');
    const [old] = (await shop.look()).releases.filter(({ trafficPercent }) => trafficPercent > 0);
    expect((await failureOf(give(shop, [old!.releaseId, 50], [fresh, 50]))).code).toBe('rejected');
    const { traffic } = await shop.capabilities();
    expect(traffic).toMatchObject({
      can: true,
      how: { kind: 'flip' },
      caveats: [expect.stringContaining('already open'), expect.anything()],
    });
  });

  test('pods of others behind the same Service are shown, and are not ours', async () => {
    const { store } = cluster.state;
    const service = store.one('services', 'shop');
    store.write('services', { ...service, spec: { ...service.spec, selector: { app: 'shop' } } });
    const [pod] = store.all('pods');
    store.create('pods', { ...pod!, metadata: { name: 'stray', labels: { app: 'shop' } } });
    // One that is not ready gets nothing, though it is an endpoint as well.
    cluster.state.fates.set('v7', 'never');
    const spec = { containers: [{ name: 'api', image: 'registry.example.com/stray:v7' }] };
    store.create('pods', { ...pod!, spec, metadata: { name: 'sick', labels: { app: 'shop' } } });
    cluster.state.settle();
    const { releases } = await shop.look();
    expect(releases).toContainEqual(
      expect.objectContaining({ releaseId: 'elsewhere', trafficPercent: 33, health: 'unknown' }),
    );
    expect(releases.reduce((sum, { trafficPercent }) => sum + trafficPercent, 0)).toBe(100);
  });
});

describe('gateway', () => {
  let shop: Site;
  beforeEach(() => {
    addGateway(cluster.state);
    shop = world.site(gateway);
  });

  test.each([1, 10, 25, 50, 90, 99])('%i %% of 200 requests is exact', async (percent) => {
    const [old, fresh] = [await up(shop, 'v1'), await up(shop, 'v2')];
    await give(shop, [old, 100 - percent], [fresh, percent]);
    expect(await share(shop, fresh)).toBe(percent);
    const answered = answers(cluster.state, 'gateway', 200);
    expect(answered.filter((release) => release === fresh)).toHaveLength(2 * percent);
    expect(answered.filter((release) => release === old)).toHaveLength(200 - 2 * percent);
  });

  test('everything else in the rules stays, though their list is sent whole', async () => {
    const { store } = cluster.state;
    const before = store.one('httproutes', 'shop').spec.rules;
    const other = {
      matches: [{ path: { type: 'PathPrefix', value: '/help' } }],
      backendRefs: [{ name: 'help', port: 80 }],
    };
    const route = store.one('httproutes', 'shop');
    store.create('services', {
      metadata: { name: 'help' },
      spec: { ports: [{ port: 80, protocol: 'TCP' }] },
    });
    store.write('httproutes', { ...route, spec: { ...route.spec, rules: [...before, other] } });
    const fresh = await up(shop, 'v1');
    await give(shop, [fresh, 100]);
    const [rule, help] = store.one('httproutes', 'shop').spec.rules;
    expect(help).toEqual(other);
    expect(rule?.matches).toEqual(before[0]?.matches);
    expect(rule?.backendRefs.map(({ weight }) => weight)).toEqual([100, 0]);
    expect(await share(shop, fresh)).toBe(100);
  });

  test('until the gateway has said something of it, nobody knows who gets what', async () => {
    await world.close();
    let slept = 0;
    const clock = {
      nowMs: () => Date.now(),
      sleep: async () => {
        slept += 1;
      },
    };
    world = await openCluster({}, aroundWith('unused', clock));
    cluster = world.cluster;
    addGateway(cluster.state);
    shop = world.site(gateway);
    const fresh = await up(shop, 'v1');
    cluster.state.asleep.add('gateways');
    await give(shop, [fresh, 100]);
    const failure = await failureOf(shop.look());
    expect(failure).toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('HTTPRoute shop'),
    });
    expect(slept).toBeGreaterThan(3);
    cluster.state.asleep.clear();
    expect(await share(shop, fresh)).toBe(100);
  });

  test('a route that its gateway refuses serves nobody, in the words of the gateway', async () => {
    const fresh = await up(shop, 'v1');
    await give(shop, [fresh, 100]);
    cluster.state.gatewayAccepts = false;
    expect(await standing(shop, fresh)).toMatchObject({
      trafficPercent: 0,
      say: expect.stringContaining('Accepted False: NotAllowedByListeners'),
    });
  });

  test('a backend that is not there is no traffic', async () => {
    const fresh = await up(shop, 'v1');
    await give(shop, [fresh, 100]);
    cluster.state.store.delete('services', 'shop-b');
    expect(await standing(shop, fresh)).toMatchObject({
      trafficPercent: 0,
      say: expect.stringContaining('ResolvedRefs False: BackendNotFound'),
    });
  });

  test('the schema refuses a weight below nothing', async () => {
    const response = await fetch(
      `${cluster.url}/apis/gateway.networking.k8s.io/v1/namespaces/shop/httproutes/shop`,
      {
        method: 'PATCH',
        headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/merge-patch+json' },
        body: JSON.stringify({
          spec: { rules: [{ backendRefs: [{ name: 'shop-a', port: 80, weight: -5 }] }] },
        }),
      },
    );
    expect(response.status).toBe(422);
  });
});

describe('replicas', () => {
  let shop: Site;
  beforeEach(() => {
    addReplicas(cluster.state);
    shop = world.site(replicasMode);
  });

  test('shares are whole pods, and the others are refused', async () => {
    const { traffic } = await shop.capabilities();
    expect(traffic).toMatchObject({ can: true, how: { kind: 'weights', stepPercent: 25 } });
    const old = await up(shop, 'v1');
    await give(shop, [old, 100]);
    await expect.poll(() => share(shop, old)).toBe(100);
    const fresh = await up(shop, 'v2');
    for (const percent of [25, 50, 75]) {
      await give(shop, [old, 100 - percent], [fresh, percent]);
      await expect.poll(() => share(shop, fresh)).toBe(percent);
      const answered = answers(cluster.state, 'replicas', 100);
      expect(answered.filter((release) => release === fresh)).toHaveLength(percent);
    }
    expect((await failureOf(give(shop, [old, 90], [fresh, 10]))).code).toBe('rejected');
  });

  test('what comes up gets no traffic, though the Service selected both', async () => {
    addServing();
    const [old] = (await shop.look()).releases;
    const fresh = await up(shop, 'v1');
    expect(await share(shop, fresh)).toBe(0);
    expect(await share(shop, old!.releaseId)).toBe(100);
    expect(selector()).toEqual({ app: 'shop', colour: 'blue' });
  });

  test('an autoscaler would change the shares: it is said so, and refused without a call', async () => {
    const old = await up(shop, 'v1');
    cluster.state.store.create('horizontalpodautoscalers', {
      metadata: { name: 'busy' },
      spec: { maxReplicas: 9, scaleTargetRef: { kind: 'Deployment', name: 'shop-blue' } },
    });
    const sayNo = { can: false, say: expect.stringContaining('HorizontalPodAutoscaler busy') };
    // Whoever did not ask before is refused as well, before anything is changed.
    const before = patches().length;
    expect((await failureOf(give(world.site(replicasMode), [old, 100]))).code).toBe('unsupported');
    expect(patches()).toHaveLength(before);
    expect((await shop.capabilities()).traffic).toMatchObject(sayNo);
    const calls = cluster.calls().length;
    expect((await failureOf(give(shop, [old, 100]))).code).toBe('unsupported');
    expect(cluster.calls()).toHaveLength(calls);
  });

  function addServing(): void {
    const { store } = cluster.state;
    const blue = store.one('deployments', 'shop-blue');
    store.write('deployments', { ...blue, spec: { ...blue.spec, replicas: 4 } });
    cluster.state.settle();
  }
});
