import { afterEach, beforeEach, expect, test } from 'vitest';
import { cloudflare } from '../../src/metric/cloudflare/index.ts';
import {
  ACCOUNT,
  type AnalyticsStandIn,
  openAnalytics,
  TOKEN,
} from '../stand-in/cloudflare-analytics/index.ts';
import { metricAround } from '../stand-in/metric-around.ts';
import { askedAt } from './metric-asked.ts';

const BEGIN = Date.UTC(2026, 10, 20, 12);
const MINUTE = 60_000;
const V1 = '11111111-1111-4111-8111-111111111111';
const V2 = '22222222-2222-4222-8222-222222222222';
const query = { worker: 'shop' };
const arms = {
  canary: { releaseId: `edge:${V2}`, version: { name: 'v2', commit: null }, trafficPercent: 10 },
  stable: { releaseId: V1, version: { name: 'v1', commit: null }, trafficPercent: 90 },
};

let world: AnalyticsStandIn;
beforeEach(async () => {
  world = await openAnalytics();
  world.traffic.serve(V1, BEGIN, BEGIN + 20 * MINUTE, { requests: 9, errors: 0, latencyMs: 90 });
  world.traffic.serve(V2, BEGIN, BEGIN + 20 * MINUTE, { requests: 2, errors: 1, latencyMs: 900 });
});
afterEach(() => world.close());

const opened = (token = TOKEN) =>
  cloudflare.open('cf', { account: ACCOUNT, token: 'env:CF', url: world.url }, metricAround(token));

async function readUntil(nowMs: number, source = opened()) {
  const first = await source.read?.(askedAt(BEGIN, query, arms), null);
  return source.read?.(askedAt(nowMs, query, arms), first?.cursor ?? null);
}

test('versions of a Worker are counted minute by minute, with one question', async () => {
  const readings = await readUntil(BEGIN + 5 * MINUTE);
  expect(readings?.gaps).toEqual([]);
  expect(readings?.stretches).toHaveLength(2);
  expect(readings?.stretches[0]).toMatchObject({
    durationMs: MINUTE,
    canary: { requests: 120, errors: 60, latency: null, latencyP95Ms: 900 },
    stable: { requests: 540, errors: 0, latencyP95Ms: 90 },
  });
  expect(world.calls()).toHaveLength(1);
});

test('what was only estimated is no evidence: as many are counted as were seen, and it is said', async () => {
  world.sampleInterval = 10;
  const readings = await readUntil(BEGIN + 5 * MINUTE);
  expect(readings?.stretches[0]?.canary).toMatchObject({ requests: 12, errors: 6 });
  expect(readings?.gaps).toEqual(['Cloudflare saw one of 10 invocations, and only those are counted']);
});

test('a minute without a row is a gap', async () => {
  world.traffic.lose(V2, BEGIN, BEGIN + MINUTE);
  const readings = await readUntil(BEGIN + 5 * MINUTE);
  expect(readings?.stretches).toHaveLength(1);
  expect(readings?.gaps).toEqual(['v2 has no numbers from 12:00:00 to 12:01:00 UTC']);
});

test('errors inside an answer with status 200 are failures', async () => {
  world.mayAnalyse = false;
  await expect(readUntil(BEGIN + 5 * MINUTE)).rejects.toMatchObject({ failure: { code: 'unauthorized' } });
  world.mayAnalyse = true;
  world.failNext({ mutate: (json) => ({ ...(json as object), errors: [{ message: 'a part is missing' }] }) });
  await expect(readUntil(BEGIN + 5 * MINUTE)).rejects.toMatchObject({ failure: { code: 'rejected' } });
  world.failNext({ mutate: () => ({ data: { viewer: { accounts: [] } } }) });
  await expect(readUntil(BEGIN + 5 * MINUTE)).rejects.toMatchObject({ failure: { code: 'misunderstood' } });
  await expect(readUntil(BEGIN + 5 * MINUTE, opened('another'))).rejects.toMatchObject({
    failure: { code: 'unauthorized' },
  });
});

test('a release that is no version of a Worker is not asked for', async () => {
  const canary = { ...arms.canary, releaseId: 'rel-2' };
  const read = opened().read?.(askedAt(BEGIN, query, { ...arms, canary }), null);
  await expect(read).rejects.toMatchObject({ failure: { code: 'unsupported' } });
});

test('what ran before is read over all versions', async () => {
  const history = await opened().history?.(askedAt(BEGIN + 10 * MINUTE, query, arms), 5 * MINUTE);
  expect(history?.looks[0]?.fleet).toMatchObject({ requests: 660, errors: 60 });
});
