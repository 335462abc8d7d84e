import { expect, test } from 'vitest';
import { Failed } from '../../core/failure.ts';
import type { Counters, Site } from '../../platform/platform.ts';
import { openMetric } from '../index.ts';
import type { Asked, Cursor } from '../metric.ts';

const version = { name: 'v2', commit: null };

function counters(atMs: number, requests: number, errors: number, slow: number): Counters {
  return {
    atMs,
    requests,
    errors,
    latencyBuckets: [
      { upToMs: 100, count: requests - slow },
      { upToMs: 500, count: requests },
      { upToMs: Number.POSITIVE_INFINITY, count: requests },
    ],
    cpuPercent: 40,
    memoryMb: 96,
  };
}

function sourceOver(answers: Record<string, (Counters | null)[]>) {
  const source = openMetric({ name: 'platform', kind: 'platform', settings: {} }, {} as never);
  const site: Pick<Site, 'measure'> = {
    measure: async (releaseId) => answers[releaseId]?.shift() ?? null,
  };
  return async (atMs: number, cursor: Cursor, query: unknown = {}) => {
    const asked: Asked = {
      query,
      service: 'api',
      environment: 'staging',
      canary: { releaseId: 'r-2', version, trafficPercent: 10 },
      stable: { releaseId: 'r-1', version: { name: 'v1', commit: null }, trafficPercent: 90 },
      site: site as Site,
      nowMs: atMs,
    };
    const readings = await source.read?.(asked, cursor);
    if (readings === undefined) throw new Error('it cannot be read');
    return readings;
  };
}

test('what the place counts for both releases is compared over the same stretch', async () => {
  const read = sourceOver({
    'r-1': [counters(10_000, 900, 9, 90), counters(15_000, 1_800, 18, 180)],
    'r-2': [counters(10_001, 100, 50, 10), counters(15_001, 200, 55, 60)],
  });
  const first = await read(10_002, null);
  expect(first).toMatchObject({ stretches: [], gaps: [] });
  const { stretches, gaps } = await read(15_002, first.cursor, { memoryMbMax: 128 });
  expect(gaps).toEqual([]);
  expect(stretches).toEqual([
    {
      atMs: 15_001,
      durationMs: 5_000,
      latencyLimitsMs: [100, 500],
      canary: {
        requests: 100,
        errors: 5,
        latency: [50, 50, 0],
        latencyP95Ms: null,
        cpuPercent: 40,
        memoryPercent: 75,
        memoryMb: 96,
        restarts: null,
        business: {},
        pods: 1,
      },
      stable: expect.objectContaining({ requests: 900, errors: 9, latency: [810, 90, 0] }),
    },
  ]);
});

test('what the place does not know is a gap, and not a calm release', async () => {
  const read = sourceOver({ 'r-1': [counters(10_000, 900, 9, 90)], 'r-2': [] });
  expect(await read(10_002, null)).toMatchObject({
    stretches: [],
    gaps: ['canary: there are no numbers of it'],
  });
});

test('a place that cannot be asked is a failure with a name', async () => {
  const source = openMetric({ name: 'platform', kind: 'platform', settings: {} }, {} as never);
  const failure = { code: 'unavailable', message: 'no answer', retryAfterMs: 1_000 } as const;
  const site = { measure: () => Promise.reject(new Failed(failure)) } as unknown as Site;
  const asked = { query: {}, canary: { releaseId: 'r-2' }, stable: null, site, nowMs: 0 } as unknown as Asked;
  await expect(source.read?.(asked, null)).rejects.toBeInstanceOf(Failed);
});

test('a kind that there is not is refused by its name', () => {
  const configured = { name: 'prom', kind: 'promtheus', settings: {} };
  expect(() => openMetric(configured, {} as never)).toThrow(/no source of numbers of the kind promtheus/);
});
