import { afterEach, beforeEach, expect, test } from 'vitest';
import { datadogKinds } from '../../src/metric/datadog/index.ts';
import type { MetricSource } from '../../src/metric/metric.ts';
import { type DatadogStandIn, KEY, openDatadog, openDatadogMonitors } from '../stand-in/datadog/index.ts';
import { metricAround } from '../stand-in/metric-around.ts';
import { askedAt } from './metric-asked.ts';

const BEGIN = Date.UTC(2026, 10, 20, 12);
const MINUTE = 60_000;
const settings = (url: string) => ({ url, apiKey: 'env:DD_API_KEY', applicationKey: 'env:DD_APP_KEY' });

function opened(id: string, url: string, key = KEY): MetricSource {
  const kind = datadogKinds.find((each) => each.id === id);
  if (kind === undefined) throw new Error(id);
  return kind.open('dd', settings(url), metricAround(key));
}

const query = {
  tags: { service: 'shop', env: 'production' },
  requests: 'trace.http.request.hits',
  errors: { tagged: 'http.status_class:5xx' },
  latency: { distribution: 'trace.http.request', unit: 's', limitsMs: [100, 250, 1_000] },
  business: { orders: { hits: 'shop.orders', of: 'trace.http.request.hits' } },
};

let datadog: DatadogStandIn;
beforeEach(async () => {
  datadog = await openDatadog();
  datadog.traffic.serve('v1', BEGIN, BEGIN + 10 * MINUTE, { requests: 9, errors: 0, latencyMs: 90 });
  datadog.traffic.serve('v2', BEGIN, BEGIN + 10 * MINUTE, { requests: 1, errors: 1, latencyMs: 900 });
});
afterEach(() => datadog.close());

/** From a first reading at `BEGIN` until then. */
async function readUntil(nowMs: number, asked: unknown = query) {
  const source = opened('datadog', datadog.url);
  const first = await source.read?.(askedAt(BEGIN, asked), null);
  return source.read?.(askedAt(nowMs, asked), first?.cursor ?? null);
}

test('both versions are counted over the same whole windows, and the last one only when all of it may be there', async () => {
  const readings = await readUntil(BEGIN + 2 * MINUTE + 29_000);
  expect(readings?.gaps).toEqual([]);
  expect(readings?.stretches.map(({ atMs, durationMs }) => [atMs - BEGIN, durationMs])).toEqual([
    [30_000, 30_000],
    [60_000, 30_000],
  ]);
  expect(readings?.stretches[0]).toMatchObject({
    latencyLimitsMs: [100, 250, 1_000],
    canary: { requests: 30, errors: 30, latency: [0, 0, 30, 0], business: { orders: { hits: 3, of: 30 } } },
    stable: { requests: 270, errors: 0, latency: [270, 0, 0, 0], latencyP95Ms: null, cpuPercent: null },
  });
});

test('nothing from before the first reading counts, and nothing is read twice', async () => {
  const source = opened('datadog', datadog.url);
  const first = await source.read?.(askedAt(BEGIN + MINUTE + 1, query), null);
  expect(first?.stretches).toEqual([]);
  const second = await source.read?.(askedAt(BEGIN + 3 * MINUTE, query), first?.cursor ?? null);
  expect(second?.stretches.map(({ atMs }) => atMs)).toEqual([BEGIN + 2 * MINUTE]);
  const third = await source.read?.(askedAt(BEGIN + 3 * MINUTE, query), second?.cursor ?? null);
  expect(third).toMatchObject({ stretches: [], gaps: [] });
});

test('a window without numbers is a gap with its times, and never one without errors', async () => {
  datadog.traffic.lose('v2', BEGIN + 30_000, BEGIN + MINUTE);
  const readings = await readUntil(BEGIN + 3 * MINUTE);
  expect(readings?.stretches.map(({ atMs }) => (atMs - BEGIN) / 30_000)).toEqual([1, 3, 4]);
  expect(readings?.gaps).toContain('v2 has no count of requests from 12:00:30 to 12:01:00 UTC');
});

test('requests without a count of errors are a gap, unless the configuration says that silence means none', async () => {
  const errors = { metric: 'trace.http.request.errors' };
  const unknown = await readUntil(BEGIN + 2 * MINUTE, { ...query, errors });
  expect(unknown?.stretches).toEqual([]);
  expect(unknown?.gaps[0]).toBe('v1 has no count of errors, which is not none from 12:00:00 to 12:01:00 UTC');
  const none = await readUntil(BEGIN + 2 * MINUTE, { ...query, errors: { ...errors, absent: 'none' } });
  expect(none?.stretches.map(({ stable }) => stable?.errors)).toEqual([0, 0]);
  expect(none?.stretches.map(({ canary }) => canary.errors)).toEqual([30, 30]);
});

test('what ran before is read over all versions, and as far back as one answer goes', async () => {
  const source = opened('datadog', datadog.url);
  const history = await source.history?.(askedAt(BEGIN + 5 * MINUTE, query), 3 * MINUTE);
  expect(history?.looks).toHaveLength(6);
  expect(history?.looks[0]).toMatchObject({
    durationMs: 30_000,
    fleet: { requests: 300, errors: 30 },
    pods: [],
  });
});

test('a version whose name could change the question is not asked for', async () => {
  const source = opened('datadog', datadog.url);
  const canary = { releaseId: 'r', version: { name: 'v2} by {*', commit: null }, trafficPercent: 10 };
  const asked = askedAt(BEGIN, query, { canary });
  await expect(source.read?.(asked, null)).rejects.toMatchObject({ failure: { code: 'unsupported' } });
  expect(datadog.calls()).toHaveLength(0);
});

test('versions are asked for as Datadog spells tags, and two that it spells alike are refused', async () => {
  const source = opened('datadog', datadog.url);
  const arm = (name: string) => ({ releaseId: name, version: { name, commit: null }, trafficPercent: 10 });
  datadog.traffic.serve('v2_b', BEGIN, BEGIN + 5 * MINUTE, { requests: 1, errors: 0, latencyMs: 9 });
  const asked = { canary: arm('V2+b') };
  const first = await source.read?.(askedAt(BEGIN, query, asked), null);
  const next = await source.read?.(askedAt(BEGIN + 2 * MINUTE, query, asked), first?.cursor ?? null);
  expect(next?.stretches[0]?.canary.requests).toBe(30);
  const alike = askedAt(BEGIN, query, { canary: arm('v2+b'), stable: arm('v2_b') });
  await expect(source.read?.(alike, null)).rejects.toMatchObject({ failure: { code: 'unsupported' } });
});

test.each([
  ['truncate', 'unavailable'],
  ['nonsense', 'misunderstood'],
  [500, 'unavailable'],
  [429, 'rate-limited'],
  ['lose-answer', 'unavailable'],
] as const)('an answer that goes wrong by %s has a name', async (fault, code) => {
  const source = opened('datadog', datadog.url);
  const first = await source.read?.(askedAt(BEGIN, query), null);
  for (let time = 0; time < 6; time++) datadog.failNext(fault);
  const read = source.read?.(askedAt(BEGIN + 3 * MINUTE, query), first?.cursor ?? null);
  await expect(read).rejects.toMatchObject({ failure: { code: expect.stringMatching(code) } });
});

test('keys that Datadog does not take are told as such', async () => {
  const source = opened('datadog', datadog.url, 'another-key');
  const cursor = {
    untilMs: BEGIN,
    canary: { perSecond: null, p95Ms: null },
    stable: { perSecond: null, p95Ms: null },
  };
  const read = source.read?.(askedAt(BEGIN + 3 * MINUTE, query), cursor);
  await expect(read).rejects.toMatchObject({ failure: { code: 'unauthorized' } });
});

const gate = { service: 'shop', environment: 'production' };

test('a gate is started once, and asked after until it has decided', async () => {
  const source = opened('datadog-gate', datadog.url);
  const asked = askedAt(BEGIN, gate);
  const started = await source.verdict?.(asked, null);
  expect(started).toMatchObject({ kind: 'unknown' });
  const [evaluation] = datadog.evaluations.values();
  const early = await source.verdict?.(asked, started?.cursor);
  expect(early).toMatchObject({ kind: 'unknown', because: expect.stringContaining('does not know') });
  const running = await source.verdict?.(asked, early?.cursor);
  expect(running).toMatchObject({ kind: 'unknown', because: expect.stringContaining('still') });
  if (evaluation !== undefined) evaluation.status = 'fail';
  const failed = await source.verdict?.(asked, running?.cursor);
  expect(failed).toMatchObject({
    kind: 'fail',
    because: "Datadog's gate default failed (monitors of the service: One or more monitors in ALERT state)",
  });
  if (evaluation !== undefined) evaluation.status = 'pass';
  // After a restart only what the journal kept is there.
  const again = await opened('datadog-gate', datadog.url).verdict?.(asked, failed?.cursor);
  expect(again).toMatchObject({ kind: 'pass' });
  expect(datadog.calls({ method: 'POST' })).toHaveLength(1);
  expect(datadog.calls({ method: 'POST' })[0]?.body).toMatchObject({
    data: { attributes: { service: 'shop', env: 'production', version: 'v2', identifier: 'default' } },
  });
});

test('another release, or more traffic, is evaluated anew, and a gate on trial decides nothing', async () => {
  const source = opened('datadog-gate', datadog.url);
  const started = await source.verdict?.(askedAt(BEGIN, gate), null);
  const canary = { releaseId: 'rel-3', version: { name: 'v3', commit: null }, trafficPercent: 10 };
  const asked = askedAt(BEGIN, gate, { canary });
  const other = await source.verdict?.(asked, started?.cursor);
  expect(datadog.evaluations.size).toBe(2);
  const more = { ...canary, trafficPercent: 50 };
  const wider = await source.verdict?.(askedAt(BEGIN, gate, { canary: more }), other?.cursor);
  expect(wider).toMatchObject({ kind: 'unknown', because: expect.stringContaining('has begun') });
  expect(datadog.evaluations.size).toBe(3);
  expect(await source.verdict?.(asked, other?.cursor)).toMatchObject({ kind: 'unknown' });
  const trial = [...datadog.evaluations.values()].at(1);
  Object.assign(trial ?? {}, { status: 'pass', isTrial: true, isVisible: true });
  expect(await source.verdict?.(asked, other?.cursor)).toMatchObject({ kind: 'unknown' });
});

test('monitors decide by their worst state, and one without data knows nothing', async () => {
  const monitors = await openDatadogMonitors();
  try {
    const source = opened('datadog-monitors', monitors.url);
    const judged = async (...states: string[]) => {
      for (const [index, state] of states.entries()) monitors.states.set(index + 1, state);
      const ids = states.map((_, index) => index + 1);
      return (await source.verdict?.(askedAt(BEGIN, { monitors: ids })))?.kind;
    };
    expect(await judged('OK', 'OK')).toBe('pass');
    expect(await judged('OK', 'Alert')).toBe('fail');
    for (const state of ['No Data', 'Warn', 'Unknown', 'Skipped', 'Ignored']) {
      expect(await judged('OK', state)).toBe('unknown');
    }
    await expect(source.verdict?.(askedAt(BEGIN, { monitors: [99] }))).rejects.toMatchObject({
      failure: { code: 'not-found' },
    });
  } finally {
    await monitors.close();
  }
});
