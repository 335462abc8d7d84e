import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openMetric } from '../../src/metric/index.ts';
import type { Asked, Cursor, MetricSource, Reading } from '../../src/metric/metric.ts';
import { metricAround } from '../stand-in/metric-around.ts';
import {
  startAlertmanager,
  startPrometheus,
  startTarget,
  type Target,
  type TestServer,
} from '../support/prometheus.ts';
import { skipped } from '../support/skips.ts';
import { askedAt } from './metric-asked.ts';

/** A name with everything in it that could end a text, or mean something to an expression. */
const NASTY = 'v2"} or up{x=~".*|\\d+$^(a)[b]';

const exposed = (ok: number, failed: number, slow: number) => `
# TYPE http_requests_total counter
http_requests_total{service="api",code="200"} ${ok}
${failed === 0 ? '' : `http_requests_total{service="api",code="503"} ${failed}`}
# TYPE http_request_duration_seconds histogram
http_request_duration_seconds_bucket{service="api",le="0.1"} ${ok + failed - slow}
http_request_duration_seconds_bucket{service="api",le="1"} ${ok + failed}
http_request_duration_seconds_bucket{service="api",le="+Inf"} ${ok + failed}
http_request_duration_seconds_sum{service="api"} 1
http_request_duration_seconds_count{service="api"} ${ok + failed}
`;

const query = {
  requests: 'http_requests_total{service="api"}',
  errors: 'http_requests_total{service="api",code=~"5.."}',
  latency: 'http_request_duration_seconds_bucket{service="api"}',
  pod: 'pod',
};

const arm = (name: string) => ({ releaseId: name, version: { name, commit: null }, trafficPercent: 50 });
const even = { canary: arm('v2'), stable: arm('v1') };

let stable: Target;
let canary: Target;
let nasty: Target;
let server: TestServer | null = null;
let source: MetricSource;

beforeAll(async () => {
  stable = await startTarget(exposed(1_000, 0, 10));
  canary = await startTarget(exposed(100, 10, 5));
  nasty = await startTarget(exposed(7, 1, 0));
  const started = await startPrometheus({
    scraped: [
      { address: stable.address, labels: { pod: 'a', version: 'v1' } },
      { address: canary.address, labels: { pod: 'b', version: 'v2' } },
      { address: nasty.address, labels: { pod: 'c', version: NASTY } },
    ],
    rules: {
      TooManyErrors: 'sum by (version) (http_requests_total{code="503"}) > 1000',
      Broken: 'up == on(nothing) group_left() up',
    },
  });
  if ('unavailable' in started) {
    skipped('Prometheus itself', started.unavailable, started.install);
    return;
  }
  server = started;
  const settings = { url: started.url };
  source = openMetric({ name: 'prom', kind: 'prometheus', settings }, metricAround('none'));
}, 60_000);
afterAll(async () => {
  await Promise.all([stable.stop(), canary.stop(), nasty.stop(), server?.stop()]);
});

async function readOnce(cursor: Cursor, more: Partial<Asked> = {}) {
  const readings = await source.read?.(askedAt(Date.now(), query, { ...even, ...more }), cursor);
  if (readings === undefined) throw new Error('it cannot be read');
  return readings;
}

/** Looks as often as an engine does, until something is there. */
async function readUntil(
  cursor: Cursor,
  isThere: (stretches: readonly Reading[]) => boolean,
  more?: Partial<Asked>,
) {
  const stretches: Reading[] = [];
  const gaps: string[] = [];
  const endsMs = performance.now() + 30_000;
  let now = cursor;
  while (!isThere(stretches) && performance.now() < endsMs) {
    const readings = await readOnce(now, more);
    now = readings.cursor;
    stretches.push(...readings.stretches);
    gaps.push(...readings.gaps);
    await sleep(200);
  }
  return { cursor: now, stretches, gaps };
}

const begun = async (more?: Partial<Asked>) => {
  const endsMs = performance.now() + 30_000;
  for (;;) {
    const { cursor, gaps } = await readOnce(null, more);
    if (gaps.length === 0) return cursor;
    if (performance.now() > endsMs) throw new Error(gaps.join('; '));
    await sleep(200);
  }
};

const sum = (stretches: readonly Reading[], count: (reading: Reading) => number) =>
  stretches.reduce((all, reading) => all + count(reading), 0);

describe('a real Prometheus', () => {
  test('counts what happened between two scrapes for both versions', async ({ skip }) => {
    if (server === null) return skip();
    const cursor = await begun();
    stable.text = exposed(1_900, 0, 100);
    canary.text = exposed(190, 20, 55);
    const { stretches, gaps } = await readUntil(
      cursor,
      (so) =>
        sum(so, ({ canary: { requests } }) => requests) > 0 &&
        sum(so, (one) => one.stable?.requests ?? 0) > 0,
    );
    expect(gaps).toEqual([]);
    expect(sum(stretches, (each) => each.canary.requests)).toBe(100);
    expect(sum(stretches, (each) => each.canary.errors)).toBe(10);
    expect(sum(stretches, (each) => each.canary.latency?.[1] ?? Number.NaN)).toBe(50);
    expect(sum(stretches, (each) => each.stable?.requests ?? 0)).toBe(900);
    // Without an error there is no series of errors, and that is none.
    expect(sum(stretches, (each) => each.stable?.errors ?? Number.NaN)).toBe(0);
    expect(stretches[0]?.latencyLimitsMs).toEqual([100, 1_000]);
    stable.text = exposed(1_900, 0, 100);
  });

  test('takes a version for what it is called, whatever that is', async ({ skip }) => {
    if (server === null) return skip();
    const named = { releaseId: 'r-2', version: { name: NASTY, commit: null }, trafficPercent: 50 };
    const cursor = await begun({ canary: named });
    nasty.text = exposed(12, 3, 0);
    const { stretches } = await readUntil(cursor, (so) => sum(so, (each) => each.canary.requests) > 0, {
      canary: named,
    });
    expect(sum(stretches, (each) => each.canary.requests)).toBe(7);
    expect(sum(stretches, (each) => each.canary.errors)).toBe(2);
  });

  test('a process that began anew is a gap by name', async ({ skip }) => {
    if (server === null) return skip();
    const cursor = await begun();
    canary.text = exposed(3, 0, 0);
    const { gaps } = await readUntil(cursor, (so) => so.length > 1);
    expect(gaps).toContain('canary: pod b began to count anew');
  });

  test('a version that is not scraped any more has no numbers, and they are not zero', async ({ skip }) => {
    if (server === null) return skip();
    const cursor = await begun();
    canary.text = null;
    let now: { gaps: readonly string[]; cursor: Cursor } = { gaps: [], cursor };
    const endsMs = performance.now() + 30_000;
    while (now.gaps.length === 0 && performance.now() < endsMs) {
      now = await readOnce(now.cursor);
      await sleep(200);
    }
    expect(now.gaps).toEqual(['canary: there are no numbers of it']);
    canary.text = exposed(3, 0, 0);
  });

  test('what ran before is told pod by pod', async ({ skip }) => {
    if (server === null) return skip();
    const history = await source.history?.(askedAt(Date.now(), query, even), 60_000);
    // Thirty seconds have hardly passed: there may be one stretch, or none yet, and never an invented one.
    const requests = (history?.looks ?? []).map(({ fleet }) => fleet.requests);
    expect(requests.every((count) => count >= 0 && count <= 900)).toBe(true);
  });

  test('a question that it does not understand is refused by name', async ({ skip }) => {
    if (server === null) return skip();
    const wrong = askedAt(Date.now(), { ...query, cpu: 'sum by (' });
    await expect(source.read?.(wrong, null)).rejects.toMatchObject({ failure: { code: 'rejected' } });
  });

  test('its rules say no when one fires, and nothing when one is broken', async ({ skip }) => {
    if (server === null) return skip();
    const settings = { url: server.url };
    const alerts = openMetric({ name: 'alerts', kind: 'prometheus-alerts', settings }, metricAround('none'));
    const ask = (rules: string[], matchers = ['alertname="TooManyErrors"']) =>
      alerts.verdict?.(askedAt(Date.now(), { matchers, rules }));
    expect(await ask(['TooManyErrors'])).toMatchObject({ kind: 'pass' });
    expect(await ask(['Missing'])).toMatchObject({ kind: 'unknown', because: 'there is no rule Missing' });
    expect(await ask([])).toMatchObject({ kind: 'unknown', because: expect.stringContaining('Broken') });
    canary.text = exposed(3_000, 2_000, 0);
    await expect
      .poll(() => ask(['TooManyErrors']), { timeout: 30_000 })
      .toEqual({
        kind: 'fail',
        because: 'firing now: TooManyErrors',
      });
    expect(await ask(['TooManyErrors'], ['version="v1"'])).toMatchObject({ kind: 'pass' });
  });
});

describe('a real Alertmanager', () => {
  test('says no for an alert that is active, and yes once it is silenced', async ({ skip }) => {
    const started = await startAlertmanager();
    if ('unavailable' in started) {
      skipped('Alertmanager itself', started.unavailable, started.install);
      return skip();
    }
    const settings = { url: started.url };
    const alerts = openMetric({ name: 'alerts', kind: 'alertmanager', settings }, metricAround('none'));
    const ask = (more: object = {}) =>
      alerts.verdict?.(
        askedAt(Date.now(), { matchers: ['service="api"', 'severity=~"page|ticket"'], ...more }),
      );
    const post = (path: string, body: unknown) =>
      fetch(`${started.url}/api/v2/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    expect(await ask()).toMatchObject({ kind: 'pass' });
    expect(await ask({ watchdog: ['alertname="Watchdog"'] })).toMatchObject({ kind: 'unknown' });
    await post('alerts', [
      { labels: { alertname: 'Slow', service: 'api', severity: 'page' } },
      { labels: { alertname: 'Other', service: 'shop', severity: 'page' } },
    ]);
    await expect
      .poll(() => ask(), { timeout: 20_000 })
      .toEqual({ kind: 'fail', because: 'active now: Slow' });
    await post('silences', {
      matchers: [{ name: 'alertname', value: 'Slow', isRegex: false, isEqual: true }],
      startsAt: new Date().toISOString(),
      endsAt: new Date(Date.now() + 3_600_000).toISOString(),
      createdBy: 'a person',
      comment: 'known',
    });
    await expect.poll(async () => (await ask())?.kind, { timeout: 20_000 }).toBe('pass');
    await started.stop();
    await expect(ask()).rejects.toMatchObject({ failure: { code: 'unavailable' } });
  });
});
