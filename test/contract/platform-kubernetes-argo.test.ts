import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Site } from '../../src/platform/platform.ts';
import type { ClusterStandIn } from '../stand-in/kubernetes/index.ts';
import type { Rollout, Step } from '../stand-in/kubernetes/objects.ts';
import { addRollout, argo } from '../stand-in/kubernetes/shop.ts';
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
const rollout = (): Rollout => cluster.state.store.one('rollouts', 'shop');
const image = () => rollout().spec.template.spec.containers.map((each) => each.image);
const sent = (path: RegExp) => cluster.calls({ method: 'PATCH', path }).map(({ body }) => body);

/** Pods first, then shares that wait for somebody. */
const led: Step[] = [
  { setCanaryScale: { replicas: 1 } },
  { pause: {} },
  { setWeight: 25 },
  { pause: {} },
  { setWeight: 50 },
  { pause: {} },
];
/** Shares that go on by themselves. */
const timed: Step[] = [{ setWeight: 25 }, { pause: { duration: '1m' } }, { setWeight: 50 }];
const trafficRouting = { nginx: { stableIngress: 'shop' } };

function open(steps: Step[], canary: object = { trafficRouting }): Site {
  addRollout(cluster.state, { steps, ...canary });
  return world.site(argo);
}
const give = (of: Site, ...shares: readonly (readonly [string, number])[]) =>
  of.route(
    intent('route'),
    shares.map(([releaseId, trafficPercent]) => ({ releaseId, trafficPercent })),
  );

describe('a Rollout that waits at each share', () => {
  let shop: Site;
  let old: string;
  beforeEach(async () => {
    shop = open(led);
    const [before] = (await shop.look()).releases;
    expect(before).toMatchObject({ health: 'healthy', trafficPercent: 100, version: { name: 'v0' } });
    old = before!.releaseId;
  });
  async function up(name: string): Promise<string> {
    const { releaseId } = await shop.release(intent('release'), version(name));
    await expect
      .poll(() => standing(shop, releaseId))
      .toMatchObject({ health: 'healthy', trafficPercent: 0 });
    return releaseId;
  }
  const share = async (releaseId: string) => (await standing(shop, releaseId))?.trafficPercent;

  test('it says its own shares, and cannot be replaced in one go', async () => {
    const said = await shop.capabilities();
    expect(said.staged.can).toBe(true);
    expect(said.traffic).toMatchObject({ can: true, how: { kind: 'stages', percents: [25, 50] } });
    expect(said.replace).toMatchObject({ can: false });
  });

  test('it is led forward one share at a time, by clearing its pause, and once for each', async () => {
    const fresh = await up('v1');
    expect(image()).toEqual(['registry.example.com/shop:v1', 'registry.example.com/mesh:1.0']);
    for (const percent of [25, 50]) {
      await give(shop, [old, 100 - percent], [fresh, percent]);
      // Asked twice, it is not led on twice.
      await give(shop, [old, 100 - percent], [fresh, percent]);
      await expect.poll(() => share(fresh)).toBe(percent);
      cluster.state.settle();
      expect(await share(fresh)).toBe(percent);
    }
    await give(shop, [fresh, 100]);
    await expect.poll(() => standing(shop, fresh)).toMatchObject({ health: 'healthy', trafficPercent: 100 });
    await expect.poll(async () => (await shop.look()).releases).toHaveLength(1);
    expect(sent(/\/status$/)).toEqual([
      { status: { pauseConditions: null } },
      { status: { pauseConditions: null } },
      { status: { promoteFull: true } },
    ]);
  });

  test('what was told to go on is not told twice, though its controller has not begun', async () => {
    const fresh = await up('v1');
    cluster.state.asleep.add('rollouts');
    await give(shop, [old, 75], [fresh, 25]);
    await give(shop, [old, 75], [fresh, 25]);
    expect(sent(/\/status$/)).toEqual([{ status: { pauseConditions: null } }]);
  });

  test('the weights are the controller’s: nothing of ours writes one', async () => {
    const fresh = await up('v1');
    await give(shop, [old, 75], [fresh, 25]);
    await expect.poll(() => share(fresh)).toBe(25);
    expect(JSON.stringify(cluster.calls({ method: 'PATCH' }).map(({ body }) => body))).not.toMatch(
      /setWeight|"weight"/,
    );
  });

  test('a share that is none of its own, and one that it is past, are refused', async () => {
    const fresh = await up('v1');
    expect((await failureOf(give(shop, [old, 50], [fresh, 50]))).message).toContain('goes on to 25 % next');
    await give(shop, [old, 75], [fresh, 25]);
    await expect.poll(() => share(fresh)).toBe(25);
    expect((await failureOf(give(shop, [old, 90], [fresh, 10]))).code).toBe('rejected');
  });

  test('after an abort the spec would go on naming the bad image, so it is set back', async () => {
    const fresh = await up('v6');
    await give(shop, [old, 75], [fresh, 25]);
    await expect.poll(() => share(fresh)).toBe(25);
    await give(shop, [old, 100], [fresh, 0]);
    expect(sent(/\/status$/).at(-1)).toEqual({ status: { abort: true } });
    expect(image()[0]).toBe('registry.example.com/shop:v0');
    await expect.poll(() => standing(shop, old)).toMatchObject({ health: 'healthy', trafficPercent: 100 });
    expect(rollout().status).toMatchObject({ phase: 'Healthy' });
    expect(rollout().status.abort).toBeUndefined();
  });

  test('what somebody aborted stays degraded, is over for whoever waits, and can be set back', async () => {
    const fresh = await up('v1');
    const now = rollout();
    cluster.state.store.write('rollouts', { ...now, status: { ...now.status, abort: true } });
    cluster.state.settle();
    expect(await standing(shop, fresh)).toMatchObject({
      health: 'unhealthy',
      isHopeless: true,
      say: expect.stringContaining('RolloutAborted'),
    });
    expect(image()[0]).toBe('registry.example.com/shop:v1');
    await shop.retire(intent('retire'), fresh);
    await expect.poll(() => standing(shop, old)).toMatchObject({ health: 'healthy', trafficPercent: 100 });
    expect(sent(/\/status$/)).toEqual([]);
  });

  test('what was there before is put back, also after it was promoted', async () => {
    const fresh = await up('v1');
    await give(shop, [fresh, 100]);
    await expect.poll(() => standing(shop, fresh)).toMatchObject({ health: 'healthy', trafficPercent: 100 });
    await expect.poll(async () => (await shop.look()).releases).toHaveLength(1);
    const order = intent('restore');
    const restored = await shop.restore!(order, { releaseId: old, version: version('v0'), insteadOf: fresh });
    expect(restored).toEqual({ releaseId: old });
    await expect.poll(() => standing(shop, old)).toMatchObject({ health: 'healthy', trafficPercent: 100 });
    expect(await shop.find(order, { doing: 'restore', version: version('v0'), sinceMs: 0 })).toEqual({
      kind: 'found',
      releaseId: old,
    });
    expect(sent(/\/status$/).at(-1)).toEqual({ status: { promoteFull: true } });
  });

  test('a phase that nobody has heard of is unknown', async () => {
    cluster.failNext(
      {
        mutate: (json) => ({
          ...(json as Rollout),
          status: { ...(json as Rollout).status, phase: 'Pondering' },
        }),
      },
      { path: /\/rollouts\/shop$/ },
    );
    expect((await shop.look()).releases).toMatchObject([{ health: 'unknown' }]);
  });

  test('everybody cannot be taken from the only version', async () => {
    expect((await failureOf(give(shop))).code).toBe('rejected');
    expect(cluster.calls({ method: 'PATCH' })).toEqual([]);
  });
});

describe('a Rollout that goes on by itself', () => {
  test('is replaced through its own steps, and cannot be led', async () => {
    const shop = open(timed);
    const said = await shop.capabilities();
    expect(said.replace?.can).toBe(true);
    expect(said.staged).toMatchObject({ can: false, say: expect.stringContaining('traffic comes at once') });
    const calls = cluster.calls().length;
    expect((await failureOf(shop.release(intent('release'), version('v1')))).code).toBe('unsupported');
    expect((await failureOf(give(shop, ['x', 100]))).code).toBe('unsupported');
    expect(cluster.calls()).toHaveLength(calls);
    const { releaseId } = await shop.replace!(intent(), version('v1'));
    await expect
      .poll(() => standing(shop, releaseId))
      .toMatchObject({ health: 'healthy', trafficPercent: 100 });
  });

  test('without traffic routing the shares are those of the pods', async () => {
    const shop = open([{ setWeight: 25 }, { pause: {} }], {});
    const said = await shop.capabilities();
    expect(said.staged).toMatchObject({ can: false, say: expect.stringContaining('no trafficRouting') });
    expect(said.replace).toMatchObject({
      can: false,
      say: expect.stringContaining('until somebody promotes it'),
    });
  });

  test('a lost answer is found by its intent', async () => {
    const shop = open(timed);
    const order = intent();
    cluster.failNext('lose-answer', { method: 'PATCH' });
    expect((await failureOf(shop.replace!(order, version('v1')))).code).toBe('outcome-unknown');
    expect(await shop.find(order, { doing: 'replace', version: version('v1'), sinceMs: 0 })).toMatchObject({
      kind: 'found',
    });
  });
});
