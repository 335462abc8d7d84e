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
