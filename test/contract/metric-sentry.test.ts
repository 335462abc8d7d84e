import { afterEach, beforeEach, expect, test } from 'vitest';
import type { MetricSource } from '../../src/metric/metric.ts';
import { sentryKinds } from '../../src/metric/sentry/index.ts';
import { metricAround } from '../stand-in/metric-around.ts';
import { ORGANIZATION, openSentry, type SentryStandIn, TOKEN } from '../stand-in/sentry/index.ts';
import { askedAt } from './metric-asked.ts';

const BEGIN = Date.UTC(2026, 10, 20, 12);
const MINUTE = 60_000;
const query = { project: 'shop', environment: 'production', release: 'shop@{version}' };

let world: SentryStandIn;
beforeEach(async () => {
  world = await openSentry();
  world.traffic.serve('shop@v1', BEGIN, BEGIN + 20 * MINUTE, { requests: 9, errors: 0, latencyMs: 90 });
  world.traffic.serve('shop@v2', BEGIN, BEGIN + 20 * MINUTE, { requests: 2, errors: 1, latencyMs: 900 });
});
afterEach(() => world.close());

function opened(id: string, token = TOKEN): MetricSource {
  const kind = sentryKinds.find((each) => each.id === id);
  if (kind === undefined) throw new Error(id);
  return kind.open(
    's',
    { organization: ORGANIZATION, token: 'env:SENTRY', url: world.url },
    metricAround(token),
  );
}

async function readUntil(nowMs: number) {
  const source = opened('sentry');
  const first = await source.read?.(askedAt(BEGIN, query), null);
  return source.read?.(askedAt(nowMs, query), first?.cursor ?? null);
}

test('releases are counted by their traces, minute by minute', async () => {
  const readings = await readUntil(BEGIN + 5 * MINUTE);
  expect(readings?.gaps).toEqual([]);
  expect(readings?.stretches).toHaveLength(3);
  expect(readings?.stretches[0]).toMatchObject({
    durationMs: MINUTE,
    canary: { requests: 120, errors: 60, latency: null, latencyP95Ms: 900 },
    stable: { requests: 540, errors: 0, latencyP95Ms: 90 },
  });
  const [call] = world.calls();
  expect(call?.query.get('disableAggregateExtrapolation')).toBe('1');
});

test('zeros that Sentry fills in are silence, and not health', async () => {
  world.traffic.lose('shop@v2', BEGIN + MINUTE, BEGIN + 2 * MINUTE);
  const readings = await readUntil(BEGIN + 5 * MINUTE);
  expect(readings?.stretches).toHaveLength(2);
  expect(readings?.gaps).toEqual(['v2 has no count of requests from 12:01:00 to 12:02:00 UTC']);
});

test('a window that Sentry calls incomplete is not used', async () => {
  world.incompleteFromMs = BEGIN + 2 * MINUTE;
  expect((await readUntil(BEGIN + 5 * MINUTE))?.stretches).toHaveLength(2);
});

test('that only a part was kept is said', async () => {
  world.sampleRate = 0.1;
  const readings = await readUntil(BEGIN + 5 * MINUTE);
  expect(readings?.gaps).toEqual(['Sentry keeps 10 % of the requests, and only those are counted']);
});

test('what ran before is read over all releases', async () => {
  const history = await opened('sentry').history?.(askedAt(BEGIN + 10 * MINUTE, query), 5 * MINUTE);
  expect(history?.looks[0]?.fleet).toMatchObject({ requests: 660, errors: 60 });
});

test('a release whose name would ask for others too is not asked for', async () => {
  const canary = { releaseId: 'r', version: { name: 'v*', commit: null }, trafficPercent: 10 };
  const read = opened('sentry').read?.(askedAt(BEGIN, query, { canary }), null);
  await expect(read).rejects.toMatchObject({ failure: { code: 'unsupported' } });
});

async function verdictOf(more: object = {}) {
  return opened('sentry-issues').verdict?.(askedAt(BEGIN, { ...query, ...more }));
}

test('new issues speak against a release, and their absence for it only where Sentry hears from it', async () => {
  expect(await verdictOf()).toMatchObject({
    kind: 'unknown',
    because: expect.stringContaining('never heard'),
  });
  const known = { heard: false, issues: [] as { title: string; level: string }[] };
  world.releases.set('shop@v2', known);
  expect(await verdictOf()).toMatchObject({
    kind: 'unknown',
    because: expect.stringContaining('nothing from it'),
  });
  known.heard = true;
  expect(await verdictOf()).toEqual({ kind: 'pass', because: 'no new issue in shop@v2' });
  known.issues.push({ title: 'slow query', level: 'warning' });
  expect(await verdictOf()).toMatchObject({ kind: 'pass' });
  known.issues.push({ title: 'TypeError: x is undefined', level: 'error' });
  expect(await verdictOf()).toEqual({
    kind: 'fail',
    because: '1 new issue in shop@v2: SHOP-2 TypeError: x is undefined',
  });
  expect(await verdictOf({ max: 1 })).toMatchObject({ kind: 'pass' });
});

test('a list of issues is read to its end', async () => {
  world.pageSize = 2;
  const issues = Array.from({ length: 5 }, () => ({ title: 'slow', level: 'warning' }));
  world.releases.set('shop@v2', { heard: true, issues: [...issues, { title: 'dead', level: 'fatal' }] });
  expect(await verdictOf()).toMatchObject({ kind: 'fail', because: expect.stringContaining('SHOP-6 dead') });
  expect(world.calls({ path: /\/issues\/$/ })).toHaveLength(3);
  world.releases.set('shop@v2', {
    heard: true,
    issues: Array.from({ length: 50 }, () => issues[0] ?? never()),
  });
  await expect(verdictOf()).rejects.toMatchObject({ failure: { code: 'misunderstood' } });
});

function never(): never {
  throw new Error('there are five');
}

test('a token that Sentry does not take is told as such', async () => {
  const verdict = opened('sentry-issues', 'another').verdict?.(askedAt(BEGIN, query));
  await expect(verdict).rejects.toMatchObject({ failure: { code: 'unauthorized' } });
});
