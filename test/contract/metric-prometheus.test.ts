import { afterEach, beforeEach, expect, test } from 'vitest';
import { openMetric } from '../../src/metric/index.ts';
import type { Asked, Cursor } from '../../src/metric/metric.ts';
import { metricAround } from '../stand-in/metric-around.ts';
import { openPrometheus, type Pod, type PrometheusStandIn } from '../stand-in/prometheus/index.ts';
import { askedAt } from './metric-asked.ts';

const BEGIN = Date.UTC(2026, 10, 20, 12);
const query = {
  requests: 'http_requests_total{service="shop"}',
  errors: 'http_requests_total{service="shop",code=~"5.."}',
  latency: 'http_request_duration_seconds_bucket{service="shop"}',
  pod: 'pod',
};

let standIn: PrometheusStandIn;
let old: Pod;
let fresh: Pod;
let nowMs: number;
beforeEach(async () => {
  nowMs = BEGIN;
  standIn = await openPrometheus();
  old = standIn.addPod({ pod: 'old', version: 'v1' });
  fresh = standIn.addPod({ pod: 'new', version: 'v2' });
  Object.assign(old, { ok: 1_000 });
  Object.assign(fresh, { ok: 90, failed: 10 });
  standIn.scrape(nowMs);
});
afterEach(() => standIn.close());

function source(settings: object = {}) {
  const configured = { name: 'prom', kind: 'prometheus', settings: { url: standIn.url, ...settings } };
  return openMetric(configured, metricAround('a token', 2_000));
}

async function read(cursor: Cursor, asks: object = query, more: Partial<Asked> = {}) {
  const readings = await source().read?.(askedAt(nowMs, asks, more), cursor);
  if (readings === undefined) throw new Error('it cannot be read');
  return readings;
}

function later(ms: number, done: () => void): void {
  done();
  nowMs += ms;
  standIn.scrape(nowMs);
}

test('a pod that is not scraped any more is left out by name, long before Prometheus forgets it', async () => {
  const second = standIn.addPod({ pod: 'second', version: 'v2' });
  later(5_000, () => undefined);
  const first = await read(null);
  second.isScraped = false;
  for (const _ of Array.from({ length: 7 })) {
    later(10_000, () => {
      fresh.ok += 10;
      old.ok += 100;
    });
  }
  const { stretches, gaps } = await read(first.cursor);
  expect(gaps).toEqual(['canary: pod second was not scraped for 70 s', 'canary: pod second is gone']);
  expect(stretches[0]?.canary).toMatchObject({ requests: 70, pods: 1 });
});

test('requests without the label that tells errors apart say nothing of errors', async () => {
  later(5_000, () => {
    fresh.failed = 0;
  });
  const errors = 'http_requests_total{service="shop",status=~"5.."}';
  const { gaps } = await read(null, { ...query, errors });
  expect(gaps).toContain('stable: pod old counts requests without the label status');
});

test('another counter of errors that is not there is no zero, unless the configuration says so', async () => {
  const errors = 'http_errors_total{service="shop"}';
  const unknown = await read(null, { ...query, errors });
  expect(unknown.gaps).toContain('stable: pod old has no counter of errors');
  const asks = { ...query, errors, errorsMayBeAbsent: true };
  const { cursor, gaps } = await read(null, asks);
  expect(gaps).toEqual([]);
  later(5_000, () => {
    old.ok += 10;
  });
  expect((await read(cursor, asks)).stretches[0]?.stable).toMatchObject({ requests: 10, errors: 0 });
});

test('a part of the truth is not the truth', async () => {
  const { cursor } = await read(null);
  later(5_000, () => {
    fresh.ok += 50;
  });
  standIn.warnings = ['store 10.0.0.7 did not answer.'];
  const partial = await read(cursor);
  expect(partial).toEqual({
    cursor,
    stretches: [],
    gaps: ['Prometheus: store 10.0.0.7 did not answer'],
  });
  standIn.warnings = [];
  expect((await read(partial.cursor)).stretches[0]?.canary.requests).toBe(50);
});

test('what ran before is told for all pods and for each, and never of the new version', async () => {
  const third = standIn.addPod({ pod: 'third', version: 'v1' });
  for (const _ of Array.from({ length: 20 })) {
    later(30_000, () => {
      old.ok += 100;
      third.ok += 200;
      third.failed += 2;
      fresh.failed += 1_000;
    });
  }
  const history = await source().history?.(askedAt(nowMs, query), 300_000);
  expect(history?.latencyLimitsMs).toEqual([100, 1_000]);
  expect(history?.looks).toHaveLength(10);
  for (const { durationMs, fleet, pods } of history?.looks ?? []) {
    expect(durationMs).toBe(30_000);
    expect(fleet).toMatchObject({ requests: 302, errors: 2, pods: 2 });
    expect(pods.map(({ requests }) => requests)).toEqual([100, 202]);
  }
  const alone = await source().history?.(askedAt(nowMs, query, { stable: null }), 300_000);
  expect(alone?.looks[0]?.fleet.requests).toBe(302);
});

test('where there is nothing to look back on there is no history, and not an empty one', async () => {
  expect(await source().history?.(askedAt(BEGIN - 3_600_000, query), 60_000)).toBeNull();
});

test.each([
  ['truncate', 'unavailable'],
  ['nonsense', 'misunderstood'],
  [503, 'unavailable'],
  [429, 'rate-limited'],
  ['hang', 'unavailable'],
  [{ status: 422, json: { status: 'error', errorType: 'execution', error: 'query timed out' } }, 'rejected'],
  [{ mutate: () => ({ status: 'error', errorType: 'internal', error: 'no' }) }, 'misunderstood'],
  [
    { mutate: () => ({ status: 'success', data: { resultType: 'scalar', result: [1, '1'] } }) },
    'misunderstood',
  ],
] as const)('an answer that goes wrong by %j has a name', async (fault, code) => {
  for (let time = 0; time < 12; time++) standIn.failNext(fault);
  await expect(read(null)).rejects.toMatchObject({ failure: { code } });
});

test('an answer for another time is not taken for one of now', async () => {
  const text = (json: unknown) => JSON.parse(JSON.stringify(json).replaceAll(/"value":\[\d+/g, '"value":[1'));
  for (let time = 0; time < 4; time++) standIn.failNext({ mutate: text });
  await expect(read(null)).rejects.toMatchObject({ failure: { code: 'misunderstood' } });
});

test('it is told who asks, and everything that is counted is asked in one form', async () => {
  const settings = { auth: { bearer: 'env:TOKEN' }, tenant: 'shop' };
  const business = { orders: { hits: query.errors, of: query.requests } };
  await source(settings).read?.(askedAt(nowMs, { ...query, business }), null);
  const calls = standIn.calls();
  expect(calls.length).toBe(1);
  for (const { headers, method, type, raw } of calls) {
    expect(headers).toMatchObject({ authorization: 'Bearer a token', 'x-scope-orgid': 'shop' });
    expect([method, type]).toEqual(['POST', 'application/x-www-form-urlencoded']);
    expect(new URLSearchParams(raw.toString()).get('time')).toBe((nowMs / 1_000).toFixed(3));
  }
});

test('versions that are called alike, or cannot be printed, are not asked for', async () => {
  const arm = (name: string) => ({ releaseId: name, version: { name, commit: null }, trafficPercent: 10 });
  for (const canary of [arm('v1'), arm('v2\n'), arm('')]) {
    await expect(read(null, query, { canary, stable: arm('v1') })).rejects.toMatchObject({
      failure: { code: 'unsupported' },
    });
  }
  expect(standIn.calls()).toHaveLength(0);
});
