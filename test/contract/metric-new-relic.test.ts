import { afterEach, beforeEach, expect, test } from 'vitest';
import { newRelic } from '../../src/metric/new-relic/index.ts';
import { metricAround } from '../stand-in/metric-around.ts';
import { ACCOUNT, KEY, type NewRelicStandIn, openNewRelic } from '../stand-in/new-relic/index.ts';
import { askedAt } from './metric-asked.ts';

const BEGIN = Date.UTC(2026, 10, 20, 12);
const MINUTE = 60_000;
const query = { where: { appName: "ada's shop" }, duration: { limitsMs: [100, 1_000] } };

let world: NewRelicStandIn;
beforeEach(async () => {
  world = await openNewRelic();
  world.traffic.serve('v1', BEGIN, BEGIN + 10 * MINUTE, { requests: 9, errors: 0, latencyMs: 90 });
  world.traffic.serve('v2', BEGIN, BEGIN + 10 * MINUTE, { requests: 2, errors: 1, latencyMs: 900 });
});
afterEach(() => world.close());

function opened(key = KEY, account = ACCOUNT) {
  return newRelic.open('nr', { account, apiKey: 'env:NEW_RELIC', url: world.url }, metricAround(key));
}

async function readUntil(nowMs: number, source = opened(), asked: unknown = query) {
  const first = await source.read?.(askedAt(BEGIN, asked), null);
  return source.read?.(askedAt(nowMs, asked), first?.cursor ?? null);
}

test('both versions are counted with one question, window by window, with real buckets', async () => {
  const readings = await readUntil(BEGIN + 3 * MINUTE);
  expect(readings?.gaps).toEqual([]);
  expect(readings?.stretches).toHaveLength(3);
  expect(readings?.stretches[0]).toMatchObject({
    atMs: BEGIN + 30_000,
    durationMs: 30_000,
    latencyLimitsMs: [100, 1_000],
    canary: { requests: 60, errors: 30, latency: [0, 60, 0] },
    stable: { requests: 270, errors: 0, latency: [270, 0, 0] },
  });
  expect(world.calls()).toHaveLength(1);
});

test('what the configuration names is written so that it stays a name', async () => {
  await readUntil(BEGIN + 3 * MINUTE);
  const asked = world.calls().map(({ body }) => (body as { variables: { nrql: string } }).variables.nrql);
  expect(asked).toEqual([expect.stringContaining("`appName` = 'ada\\'s shop'")]);
});

test('a version that could be read as NRQL is not asked for', async () => {
  const canary = { releaseId: 'r', version: { name: "v2' OR true", commit: null }, trafficPercent: 10 };
  const read = opened().read?.(askedAt(BEGIN, query, { canary }), null);
  await expect(read).rejects.toMatchObject({ failure: { code: 'unsupported' } });
});

test('a version that New Relic has not heard of is a gap, and not one without errors', async () => {
  world.traffic.lose('v2', BEGIN, BEGIN + 10 * MINUTE);
  const readings = await readUntil(BEGIN + 3 * MINUTE);
  expect(readings?.stretches).toEqual([]);
  expect(readings?.gaps).toEqual(['v2 has no numbers from 12:00:00 to 12:01:30 UTC']);
});

test('what New Relic says against its own answer is told', async () => {
  world.messages = ['Query was limited to the first 2000 results.'];
  const readings = await readUntil(BEGIN + 3 * MINUTE);
  expect(readings?.gaps).toEqual([
    'New Relic says of its answer: Query was limited to the first 2000 results',
  ]);
});

test('errors inside an answer with status 200 are failures', async () => {
  await expect(readUntil(BEGIN + 3 * MINUTE, opened(KEY, 7))).rejects.toMatchObject({
    failure: { code: 'unauthorized', message: 'New Relic answered: Access denied' },
  });
  world.failNext({
    mutate: (json) => ({ ...(json as object), errors: [{ message: 'half of it is missing' }] }),
  });
  await expect(readUntil(BEGIN + 3 * MINUTE)).rejects.toMatchObject({ failure: { code: 'rejected' } });
  world.failNext({ mutate: () => ({ data: null }) });
  await expect(readUntil(BEGIN + 3 * MINUTE)).rejects.toMatchObject({ failure: { code: 'misunderstood' } });
});

test('a key that is not taken is told as such', async () => {
  await expect(readUntil(BEGIN + 3 * MINUTE, opened('another'))).rejects.toMatchObject({
    failure: { code: 'unauthorized' },
  });
});

test('what ran before is read over all versions', async () => {
  const history = await opened().history?.(askedAt(BEGIN + 5 * MINUTE, query), 2 * MINUTE);
  expect(history?.looks).toHaveLength(4);
  expect(history?.looks[0]?.fleet).toMatchObject({ requests: 330, errors: 30, latency: [270, 60, 0] });
});
