import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Site } from '../../src/platform/platform.ts';
import type { ClusterStandIn } from '../stand-in/kubernetes/index.ts';
import { addRolling, rolling } from '../stand-in/kubernetes/shop.ts';
import { type ClusterWorld, openCluster, standing } from './platform-kubernetes.ts';
import { failureOf, intent } from './platform-trial.ts';

let world: ClusterWorld;
let cluster: ClusterStandIn;
beforeEach(async () => {
  world = await openCluster();
  cluster = world.cluster;
});
afterEach(() => world.close());

const site = (address: object, urgency?: 'urgent'): Site => world.site(address, urgency);
const version = (name: string, commit: string | null = null) => ({ name, commit });
const deployment = (name = 'shop') => cluster.state.store.one('deployments', name);
const imageOf = (name = 'shop') => deployment(name).spec.template.spec.containers.map(({ image }) => image);
const patches = () => cluster.calls({ method: 'PATCH' });

describe('rolling', () => {
  beforeEach(() => addRolling(cluster.state));

  test('a version takes the place of another, and the container beside it stays as it is', async () => {
    const shop = site(rolling);
    const before = (await shop.look()).releases;
    expect(before).toMatchObject([
      { version: { name: 'v0' }, trafficPercent: 100, health: 'healthy', intentId: null },
    ]);
    const order = intent();
    const { releaseId } = await shop.replace!(order, version('v1', 'a'.repeat(40)));
    expect(await standing(shop, releaseId)).toMatchObject({ health: 'starting' });
    await expect
      .poll(() => standing(shop, releaseId))
      .toMatchObject({
        health: 'healthy',
        trafficPercent: 100,
        intentId: order.id,
        version: { name: 'v1', commit: 'a'.repeat(40) },
      });
    expect(imageOf()).toEqual(['registry.example.com/shop:v1', 'registry.example.com/mesh:1.0']);
    expect(deployment().metadata.annotations).toMatchObject({
      'kubernetes.io/change-cause': 'slipway v1 (d-00000001)',
      'slipway/intent': order.id,
    });
    expect((await shop.look()).releases).toHaveLength(1);
  });

  test('what was asked a moment ago is not done because the numbers are still those of before', async () => {
    const shop = site(rolling);
    cluster.state.asleep.add('deployments');
    const { releaseId } = await shop.replace!(intent(), version('v1'));
    expect(deployment().status).toMatchObject({ updatedReplicas: 3, availableReplicas: 3 });
    expect(await standing(shop, releaseId)).toMatchObject({ health: 'starting', trafficPercent: 0 });
  });

  test('while it is replaced the shares are those of the pods that are ready, and add up to 100', async () => {
    const shop = site(rolling);
    cluster.state.isRunning = false;
    await shop.replace!(intent(), version('v1'));
    const seen = new Set<string>();
    for (let turn = 0; turn < 12; turn++) {
      cluster.state.turn();
      const { releases } = await shop.look();
      expect(releases.reduce((sum, { trafficPercent }) => sum + trafficPercent, 0)).toBe(100);
      for (const { version, health, trafficPercent } of releases) {
        seen.add(
          `${version.name} ${trafficPercent > 0 && trafficPercent < 100 ? 'some' : trafficPercent} ${health}`,
        );
      }
    }
    expect([...seen]).toEqual(
      expect.arrayContaining(['v1 some starting', 'v0 some healthy', 'v1 100 healthy']),
    );
    expect(seen).not.toContain('v1 some healthy');
  });

  test('somebody who changes it in between makes us read it again, and nothing of theirs is lost', async () => {
    const shop = site(rolling);
    cluster.failNext({ status: 409, json: { reason: 'Conflict' } }, { method: 'PATCH' });
    const { releaseId } = await shop.replace!(intent(), version('v1'));
    expect(patches()).toHaveLength(2);
    await expect.poll(async () => (await standing(shop, releaseId))?.health).toBe('healthy');
  });

  test('a change of an object that is not the newest is refused by the server', async () => {
    const shop = site(rolling);
    const store = cluster.state.store;
    const stale = deployment();
    store.write('deployments', { ...stale, spec: { ...stale.spec, replicas: 5 } });
    cluster.failNext({ mutate: () => stale }, { path: /deployments\/shop$/ });
    await shop.replace!(intent(), version('v1'));
    expect(patches()).toHaveLength(2);
    expect(deployment().spec.replicas).toBe(5);
  });

  test.each([
    ['missing', 'ImagePullBackOff', 'manifest unknown'],
    ['crash', 'CrashLoopBackOff, it ended with code 1', 'LEDGER_URL is not set'],
    ['unconfigured', 'CreateContainerConfigError', 'secret "ledger" not found'],
  ] as const)('an image that is %s is not waited for, in the words of its pod', async (fate, ...words) => {
    cluster.state.fates.set('v6', fate);
    const shop = site(rolling);
    const { releaseId } = await shop.replace!(intent(), version('v6'));
    await expect.poll(async () => (await standing(shop, releaseId))?.isHopeless).toBe(true);
    const release = await standing(shop, releaseId);
    expect(release).toMatchObject({ health: 'unhealthy', trafficPercent: 0 });
    for (const word of words) expect(release?.say).toContain(word);
  });

  test('a rollout whose time is up keeps the old pods serving, stays as it is, and is never taken back by itself', async () => {
    cluster.state.fates.set('v7', 'never');
    cluster.state.turnsMax = 5;
    const shop = site(rolling);
    const { releaseId } = await shop.replace!(intent(), version('v7'));
    await expect
      .poll(async () => (await standing(shop, releaseId))?.say)
      .toContain('ProgressDeadlineExceeded');
    cluster.state.settle(100);
    const { releases } = await shop.look();
    expect(
      releases.map(({ version: { name }, trafficPercent, health }) => [name, trafficPercent, health]),
    ).toEqual([
      ['v7', 0, 'unhealthy'],
      ['v0', 100, 'healthy'],
    ]);
    // It is not over: nobody may think that there is nothing to take back.
    expect(releases[0]).toMatchObject({ isHopeless: true });
    expect(imageOf()[0]).toBe('registry.example.com/shop:v7');
  });

  test('what was before is put back whole from its ReplicaSet, without the label of that', async () => {
    const shop = site(rolling);
    const [before] = (await shop.look()).releases;
    const was = deployment().spec.template;
    const { releaseId } = await shop.replace!(intent(), version('v1'));
    await expect.poll(async () => (await standing(shop, releaseId))?.health).toBe('healthy');
    const now = deployment();
    // Somebody adds a variable to the new one: merging the old template would leave it there.
    const [api, mesh] = now.spec.template.spec.containers;
    const containers = [{ ...api!, env: [{ name: 'ADDED', value: '1' }] }, mesh!];
    const template = { ...now.spec.template, spec: { containers } };
    cluster.state.store.write('deployments', { ...now, spec: { ...now.spec, template } });
    const order = intent('restore');
    const back = { releaseId: before!.releaseId, version: before!.version, insteadOf: releaseId };
    const restored = await site(rolling, 'urgent').restore!(order, back);
    expect(deployment().spec.template).toEqual(was);
    expect(JSON.stringify(deployment().spec.template)).not.toContain('pod-template-hash');
    await expect
      .poll(() => standing(shop, restored.releaseId))
      .toMatchObject({ health: 'healthy', trafficPercent: 100 });
    expect(restored.releaseId).toBe(before!.releaseId);
    expect(await shop.find(order, { doing: 'restore', version: before!.version, sinceMs: 0 })).toEqual({
      kind: 'found',
      releaseId: restored.releaseId,
    });
  });

  test('a ReplicaSet that is not kept any more is not found, and it is said how many are', async () => {
    const shop = site(rolling);
    const [first] = (await shop.look()).releases;
    for (const name of ['v1', 'v2', 'v3', 'v4', 'v5']) {
      const { releaseId } = await shop.replace!(intent(), version(name));
      await expect.poll(async () => (await standing(shop, releaseId))?.trafficPercent).toBe(100);
    }
    cluster.state.settle();
    const back = { releaseId: first!.releaseId, version: first!.version, insteadOf: null };
    const failure = await failureOf(shop.restore!(intent('restore'), back));
    expect(failure.code).toBe('not-found');
    expect(failure.message).toContain('revisionHistoryLimit is 3');
    expect((await shop.versions(10)).map(({ name }) => name)).toEqual(['v5', 'v4', 'v3', 'v2']);
  });

  test('one that is paused is refused with what to type, and says so before', async () => {
    const now = deployment();
    cluster.state.store.write('deployments', { ...now, spec: { ...now.spec, paused: true } });
    const shop = site(rolling);
    const { replace } = await shop.capabilities();
    expect(replace).toMatchObject({
      can: false,
      say: expect.stringContaining('kubectl rollout resume deployment/shop'),
    });
    const failure = await failureOf(shop.replace!(intent(), version('v1')));
    expect(failure).toMatchObject({ code: 'rejected', message: expect.stringContaining('is paused') });
    expect(patches()).toEqual([]);
  });

  test('a container that is not there is never added to the pods', async () => {
    const failure = await failureOf(site({ ...rolling, container: 'apy' }).replace!(intent(), version('v1')));
    expect(failure).toMatchObject({ code: 'rejected', message: expect.stringContaining('it has api, mesh') });
    const unnamed = await failureOf(
      site({ ...rolling, container: undefined }).replace!(intent(), version('v1')),
    );
    expect(unnamed.message).toContain('several containers');
    expect(patches()).toEqual([]);
  });

  test('a name that no tag can have is refused before anything is called', async () => {
    const failure = await failureOf(site(rolling).replace!(intent(), version('feature/x')));
    expect(failure.code).toBe('rejected');
    expect(cluster.calls()).toEqual([]);
  });

  test('what somebody else deploys under our marks is theirs', async () => {
    const shop = site(rolling);
    const order = intent();
    const { releaseId } = await shop.replace!(order, version('v1'));
    await expect.poll(async () => (await standing(shop, releaseId))?.health).toBe('healthy');
    const now = deployment();
    const set = (image: string, env?: object[]) => {
      const [api, mesh] = now.spec.template.spec.containers;
      const containers = [{ ...api!, image, ...(env === undefined ? {} : { env }) }, mesh!];
      const template = { ...now.spec.template, spec: { containers } };
      cluster.state.store.write('deployments', { ...deployment(), spec: { ...now.spec, template } });
      cluster.state.settle();
    };
    set('registry.example.com/shop:hotfix');
    expect((await shop.look()).releases).toMatchObject([
      { version: { name: 'hotfix' }, intentId: null, trafficPercent: 100 },
    ]);
    set('registry.example.com/shop:v1', [{ name: 'COLOUR', value: 'red' }]);
    const { releases } = await shop.look();
    expect(releases).toMatchObject([{ version: { name: 'v1' }, intentId: null, trafficPercent: 100 }]);
    expect(releases[0]?.releaseId).not.toBe(releaseId);
  });

  test('a lost answer is found by its intent, and asking again makes no second release', async () => {
    const shop = site(rolling);
    const order = intent();
    cluster.failNext('lose-answer', { method: 'PATCH' });
    expect((await failureOf(shop.replace!(order, version('v1')))).code).toBe('outcome-unknown');
    const found = await shop.find(order, { doing: 'replace', version: version('v1'), sinceMs: 0 });
    expect(found).toMatchObject({ kind: 'found' });
    expect(await shop.replace!(order, version('v1'))).toEqual({
      releaseId: (found as { releaseId: string }).releaseId,
    });
    expect(patches()).toHaveLength(1);
  });

  test('what cannot be done here is refused without a call', async () => {
    const shop = site(rolling);
    for (const doing of [
      shop.release(intent(), version('v1')),
      shop.route(intent(), []),
      shop.retire(intent(), 'x'),
    ]) {
      expect((await failureOf(doing)).code).toBe('unsupported');
    }
    expect(cluster.calls()).toEqual([]);
  });

  test('the log has the last words of a crash, its moments, and no credential', async () => {
    cluster.state.fates.set('v6', 'crash');
    const shop = site(rolling);
    const { releaseId } = await shop.replace!(intent(), version('v6'));
    await expect.poll(async () => (await standing(shop, releaseId))?.isHopeless).toBe(true);
    const asked = {
      releaseId,
      sinceMs: Date.now() - 60_000,
      linesMax: 100,
      contains: null,
      level: null,
    } as const;
    const lines = await shop.logs(asked);
    const errors = await shop.logs({ ...asked, level: 'error' });
    expect(errors.map(({ text }) => text)).toEqual([
      'ERROR LEDGER_URL is not set',
      'ERROR LEDGER_URL is not set',
    ]);
    expect(lines.map(({ atMs }) => atMs)).toEqual(lines.map(({ atMs }) => atMs).toSorted((a, b) => a - b));
    expect(JSON.stringify(lines)).not.toContain('not-a-real-token');
    expect(lines.map(({ text }) => text).join()).toContain('[redacted]');
    expect(await shop.logs({ ...asked, linesMax: 2 })).toEqual(lines.slice(-2));
    expect(cluster.calls({ path: /\/log$/ }).some(({ query }) => query.get('previous') === 'true')).toBe(
      true,
    );
  });

  test('the values of settings never leave: equal ones have one hash, and what cannot be read has none', async () => {
    const settings = await site(rolling).settings!();
    expect(settings.map(({ key, isSecret, hash }) => [key, isSecret, hash?.length ?? null])).toEqual([
      ['COLOUR', false, 64],
      ['CURRENCY', false, 64],
      ['LEDGER_URL', true, 64],
      ['NODE', false, null],
    ]);
    expect(JSON.stringify(settings)).not.toContain('postgres');
    cluster.failNext({ status: 403 }, { path: /secrets/ });
    const closed = await site(rolling).settings!();
    expect(closed.find(({ key }) => key === 'LEDGER_URL')).toEqual({
      key: 'LEDGER_URL',
      isSecret: true,
      hash: null,
    });
  });

  test('a list that expires between two pages is read again from its beginning', async () => {
    cluster.limitPages(1);
    cluster.expireNextPage();
    const { releases } = await site(rolling).look();
    expect(releases).toMatchObject([{ trafficPercent: 100, health: 'healthy', say: '3 pods available' }]);
    expect(cluster.calls({ path: /\/pods$/ }).length).toBeGreaterThan(3);
  });
});
