import { afterEach, beforeEach, expect, test } from 'vitest';
import { cloudwatchKinds } from '../../src/metric/cloudwatch/index.ts';
import type { MetricSource } from '../../src/metric/metric.ts';
import {
  type CloudWatchStandIn,
  LOAD_BALANCER,
  openCloudWatch,
  REGION,
} from '../stand-in/cloudwatch/index.ts';
import { metricAround } from '../stand-in/metric-around.ts';
import { askedAt } from './metric-asked.ts';

const BEGIN = Date.UTC(2026, 10, 20, 12);
const MINUTE = 60_000;
const BLUE = 'targetgroup/shop-blue/0123456789abcdef';
const GREEN = 'targetgroup/shop-green/fedcba9876543210';
const groups = { loadBalancer: LOAD_BALANCER, targetGroups: { blue: BLUE, green: GREEN } };
const byVersion = {
  namespace: 'Shop',
  dimensions: { Service: 'api' },
  versionDimension: 'Version',
  requests: 'Invocations',
  errors: { metric: 'Errors', absent: 'none' },
  latency: { metric: 'Duration', unit: 's' },
};
const arms = {
  canary: { releaseId: 'green:rel-2', version: { name: 'v2', commit: null }, trafficPercent: 10 },
  stable: { releaseId: 'blue:rel-1', version: { name: 'v1', commit: null }, trafficPercent: 90 },
};

let world: CloudWatchStandIn;
beforeEach(async () => {
  world = await openCloudWatch();
  for (const name of ['v1', BLUE]) {
    world.traffic.serve(name, BEGIN, BEGIN + 20 * MINUTE, { requests: 9, errors: 0, latencyMs: 90 });
  }
  for (const name of ['v2', GREEN]) {
    world.traffic.serve(name, BEGIN, BEGIN + 20 * MINUTE, { requests: 2, errors: 1, latencyMs: 900 });
  }
});
afterEach(() => world.close());

function opened(id: string, key = 'AKID'): MetricSource {
  const kind = cloudwatchKinds.find((each) => each.id === id);
  if (kind === undefined) throw new Error(id);
  const credentials = { accessKeyId: 'env:AWS_ID', secretAccessKey: 'env:AWS_SECRET' };
  return kind.open('cw', { region: REGION, credentials, url: world.url }, metricAround(key));
}

async function readUntil(nowMs: number, id: string, query: unknown) {
  const source = opened(id);
  const first = await source.read?.(askedAt(BEGIN, query, arms), null);
  return source.read?.(askedAt(nowMs, query, arms), first?.cursor ?? null);
}

test('versions are read by a dimension, minute by minute, three minutes behind', async () => {
  const readings = await readUntil(BEGIN + 5 * MINUTE, 'cloudwatch', byVersion);
  expect(readings?.gaps).toEqual([]);
  expect(readings?.stretches).toHaveLength(2);
  expect(readings?.stretches[0]).toMatchObject({
    atMs: BEGIN + MINUTE,
    durationMs: MINUTE,
    latencyLimitsMs: [],
    canary: { requests: 120, errors: 60, latency: null, latencyP95Ms: 900 },
    stable: { requests: 540, errors: 0, latencyP95Ms: 90 },
  });
});

test('target groups are told apart by the arms that releases stand on', async () => {
  const readings = await readUntil(BEGIN + 5 * MINUTE, 'cloudwatch-load-balancer', groups);
  expect(readings?.gaps).toEqual([]);
  expect(readings?.stretches[1]).toMatchObject({
    canary: { requests: 120, errors: 60, latencyP95Ms: 900 },
    stable: { requests: 540, errors: 0, latencyP95Ms: 90 },
  });
  const canary = { ...arms.canary, releaseId: 'red:rel-2' };
  const asked = askedAt(BEGIN, groups, { ...arms, canary });
  await expect(opened('cloudwatch-load-balancer').read?.(asked, null)).rejects.toMatchObject({
    failure: { code: 'unsupported', message: expect.stringContaining('the arm red') },
  });
});

test('requests to the new version that no target answered have failed, unless they are WebSockets', async () => {
  world.unanswered.set(GREEN, 50);
  const failed = await readUntil(BEGIN + 5 * MINUTE, 'cloudwatch-load-balancer', groups);
  expect(failed?.stretches[0]?.canary).toMatchObject({ requests: 120, errors: 120 });
  const query = { ...groups, unanswered: 'ignored' };
  const ignored = await readUntil(BEGIN + 5 * MINUTE, 'cloudwatch-load-balancer', query);
  expect(ignored?.stretches[0]?.canary).toMatchObject({ requests: 120, errors: 60 });
});

test('the version before it is never made worse than it is by numbers that are missing', async () => {
  world.unanswered.set(BLUE, 10);
  const readings = await readUntil(BEGIN + 5 * MINUTE, 'cloudwatch-load-balancer', groups);
  expect(readings?.stretches).toEqual([]);
  expect(readings?.gaps[0]).toContain('v1 has no count of errors');
});

test('a series that goes on over several pages is read to its end', async () => {
  world.pageSize = 3;
  const readings = await readUntil(BEGIN + 5 * MINUTE, 'cloudwatch-load-balancer', groups);
  expect(readings?.stretches).toHaveLength(2);
  expect(world.calls()).toHaveLength(4);
});

test('what CloudWatch has not all of is a gap, also where silence about errors would mean none', async () => {
  world.incomplete.add('stable_errors');
  const readings = await readUntil(BEGIN + 5 * MINUTE, 'cloudwatch', byVersion);
  expect(readings?.stretches).toEqual([]);
  expect(readings?.gaps).toEqual([
    'CloudWatch calls a part of its answer incomplete',
    'v1 has no count of errors, which is not none from 12:00:00 to 12:02:00 UTC',
  ]);
});

test('what ran before is what the version before has done', async () => {
  const source = opened('cloudwatch-load-balancer');
  const history = await source.history?.(askedAt(BEGIN + 10 * MINUTE, groups, arms), 5 * MINUTE);
  expect(history?.looks).toHaveLength(5);
  expect(history?.looks[0]?.fleet).toMatchObject({ requests: 540, errors: 0 });
  expect(await source.history?.(askedAt(BEGIN, groups, { ...arms, stable: null }), MINUTE)).toBeNull();
});

test('alarms decide by their worst state, and one that has not enough data knows nothing', async () => {
  const source = opened('cloudwatch-alarms');
  const judged = async (...states: string[]) => {
    world.alarms.clear();
    const names = states.map((state, index) => {
      world.alarms.set(`alarm-${index}`, state);
      return `alarm-${index}`;
    });
    return (await source.verdict?.(askedAt(BEGIN, { alarms: names })))?.kind;
  };
  expect(await judged('OK', 'OK')).toBe('pass');
  expect(await judged('OK', 'ALARM')).toBe('fail');
  expect(await judged('OK', 'INSUFFICIENT_DATA')).toBe('unknown');
  expect(await source.verdict?.(askedAt(BEGIN, { alarms: ['alarm-0', 'nowhere'] }))).toMatchObject({
    kind: 'unknown',
    because: expect.stringContaining('nowhere'),
  });
});

test('keys that AWS does not take, and answers that go wrong, have names', async () => {
  const asked = askedAt(BEGIN, { alarms: ['a'] });
  await expect(opened('cloudwatch-alarms', 'OTHER').verdict?.(asked)).rejects.toMatchObject({
    failure: { code: 'unauthorized' },
  });
  world.failNext('nonsense');
  await expect(opened('cloudwatch-alarms').verdict?.(asked)).rejects.toMatchObject({
    failure: { code: 'misunderstood' },
  });
});
