import { expect, test } from 'vitest';
import { Failed } from '../core/failure.ts';
import { metricKinds, openMetric } from './index.ts';
import type { Around, Asked } from './metric.ts';

const around: Around = {
  door: () => {
    throw new Error('nobody is to be asked');
  },
  secret: async () => ({ open: () => 'secret' }),
  redact: (text) => text,
  clock: { nowMs: () => 0 },
};

const arm = { releaseId: 'r2', version: { name: 'v2', commit: null }, trafficPercent: 10 };
const asked = (query: unknown): Asked => ({
  query,
  service: 'api',
  environment: 'staging',
  canary: arm,
  stable: null,
  site: {} as Asked['site'],
  nowMs: 0,
});

test('a name that stands for another kind by now knows nothing, and is nobody\u2019s mistake', async () => {
  const probe = { name: 'outside', kind: 'probe', settings: { allow: ['https://shop.example.com'] } };
  const source = openMetric(probe, around);
  const prometheus = { requests: 'http_requests_total', errors: 'http_errors_total' };
  const told = source.read?.(asked(prometheus), null);
  await expect(told).rejects.toThrow('outside is of the kind probe by now');
  await expect(told).rejects.toBeInstanceOf(Failed);
});

test('every kind of source says no by itself to a question that it does not take', async () => {
  for (const { id, Query } of metricKinds) {
    expect([id, Query.safeParse({ nobodyTakes: 'this' }).success]).toEqual([id, false]);
  }
});

/** The least that each of these takes; what is late says by itself how much. */
const LATE: Readonly<Record<string, { readonly query: object; readonly lateMs: number }>> = {
  datadog: { query: { requests: 'hits', errors: { metric: 'errors' } }, lateMs: 90_000 },
  'new-relic': { query: {}, lateMs: 120_000 },
  sentry: { query: { project: 'shop' }, lateMs: 180_000 },
  cloudwatch: {
    query: {
      namespace: 'Shop',
      versionDimension: 'Version',
      requests: 'Requests',
      errors: { metric: 'Errors' },
    },
    lateMs: 240_000,
  },
  'cloudwatch-load-balancer': {
    query: {
      loadBalancer: 'app/shop/0123456789abcdef',
      targetGroups: { blue: 'targetgroup/shop-blue/0123456789abcdef' },
    },
    lateMs: 240_000,
  },
  cloudflare: { query: { worker: 'shop' }, lateMs: 240_000 },
};

test('what is summed up by somebody else is as late as its window is long, and a little more', () => {
  for (const [id, { query, lateMs }] of Object.entries(LATE)) {
    const kind = metricKinds.find((each) => each.id === id);
    expect([id, kind?.lateMs(query)]).toEqual([id, lateMs]);
    expect([id, kind?.lateMs({ ...query, lag: '10m' })]).toEqual([id, lateMs + lagOver(id)]);
  }
});

function lagOver(id: string): number {
  const usualMs = { datadog: 60_000, 'new-relic': 90_000, sentry: 120_000 }[id] ?? 180_000;
  return 600_000 - usualMs;
}

test('no kind takes a lag without saying how late it is, and nothing is late of what counts by itself', () => {
  for (const { id, Query, lateMs } of metricKinds) {
    const takesLag = 'shape' in Query && Object.hasOwn(Query.shape as object, 'lag');
    expect([id, takesLag]).toEqual([id, Object.hasOwn(LATE, id)]);
    expect([id, lateMs({ nobodyTakes: 'this' })]).toEqual([id, 0]);
  }
  expect(metricKinds.find(({ id }) => id === 'platform')?.lateMs({})).toBe(0);
});
