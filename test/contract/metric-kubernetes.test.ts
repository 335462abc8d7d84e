import { afterEach, beforeEach, expect, test } from 'vitest';
import { openMetric } from '../../src/metric/index.ts';
import type { Cursor } from '../../src/metric/metric.ts';
import { addRolling, rolling } from '../stand-in/kubernetes/shop.ts';
import { metricAround } from '../stand-in/metric-around.ts';
import { askedAt } from './metric-asked.ts';
import { type ClusterWorld, openCluster } from './platform-kubernetes.ts';

let world: ClusterWorld;
let releaseId: string;
beforeEach(async () => {
  world = await openCluster();
  addRolling(world.cluster.state);
  releaseId = (await world.site(rolling).look()).releases[0]?.releaseId ?? '';
  // From here on pods are what the test makes of them.
  world.cluster.state.isRunning = false;
});
afterEach(() => world.close());

const pods = () => world.cluster.state.store.all('pods');

function useAll(cpu: string, memory: string): void {
  world.cluster.usage = new Map(pods().map(({ metadata }) => [metadata.name, { cpu, memory }]));
}

function restart(index: number, reason: string): void {
  const pod = pods()[index];
  if (pod === undefined) throw new Error('there are three');
  const containerStatuses = pod.status.containerStatuses.map((each) => ({
    ...each,
    restartCount: each.restartCount + 1,
    lastState: { terminated: { exitCode: 137, reason } },
  }));
  world.cluster.state.store.write('pods', { ...pod, status: { ...pod.status, containerStatuses } });
}

function verdict(query: object, cursor: Cursor = null, nowMs = Date.now()) {
  const source = openMetric({ name: 'pods', kind: 'kubernetes', settings: {} }, metricAround('none'));
  const canary = { releaseId, version: { name: 'v2', commit: null }, trafficPercent: 10 };
  return source.verdict?.(askedAt(nowMs, query, { site: world.site(rolling), canary }), cursor);
}

test('a pod that is started again while it is watched speaks against the version, and says why it ended', async () => {
  restart(0, 'Error');
  const first = await verdict({});
  expect(first).toMatchObject({ kind: 'pass', because: 'pods of v2 were never started again' });
  restart(1, 'OOMKilled');
  // Each pod has two containers.
  expect(await verdict({}, first?.cursor)).toMatchObject({
    kind: 'fail',
    because: 'pods of v2 were started again 2 times (OOMKilled)',
  });
  expect(await verdict({ restartsMax: 2 }, first?.cursor)).toMatchObject({ kind: 'pass' });
});

test('what pods use is held against their limits', async () => {
  useAll('250000000n', '192Mi');
  const query = { memoryPercentMax: 80, cpuPercentMax: 60 };
  expect(await verdict(query)).toMatchObject({ kind: 'pass' });
  useAll('450m', '192Mi');
  expect(await verdict(query)).toMatchObject({
    kind: 'fail',
    because: 'the CPU of v2 is at 90 % of its limit, and 60 % are allowed',
  });
  useAll('10m', '250Mi');
  expect(await verdict(query)).toMatchObject({ kind: 'fail', because: expect.stringContaining('98 %') });
});

test('what is not measured, or was long ago, is not known', async () => {
  expect(await verdict({ memoryPercentMax: 80 })).toMatchObject({
    kind: 'unknown',
    because: expect.stringContaining('metrics.k8s.io does not answer'),
  });
  // Restarts are known without it.
  expect(await verdict({})).toMatchObject({ kind: 'pass' });
  useAll('10m', '10Mi');
  expect(await verdict({ memoryPercentMax: 80 }, null, Date.now() + 300_000)).toMatchObject({
    kind: 'unknown',
  });
  const [one] = world.cluster.usage?.keys() ?? [];
  world.cluster.usage?.delete(one ?? '');
  expect(await verdict({ memoryPercentMax: 80 })).toMatchObject({ kind: 'unknown' });
});

test('a release without pods, and a place that cannot tell, are not known', async () => {
  for (const { metadata } of pods()) world.cluster.state.store.delete('pods', metadata.name);
  expect(await verdict({})).toMatchObject({ kind: 'unknown' });
  const source = openMetric({ name: 'pods', kind: 'kubernetes', settings: {} }, metricAround('none'));
  const site = { ...world.site(rolling), usage: undefined } as never;
  expect(await source.verdict?.(askedAt(Date.now(), {}, { site }))).toMatchObject({ kind: 'unknown' });
});
