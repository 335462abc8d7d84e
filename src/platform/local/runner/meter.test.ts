import { expect, test } from 'vitest';
import { type Arm, openMeter } from './meter.ts';

const arm = (release: string): Arm => ({ service: 'api', environment: 'staging', version: 'v2', release });

test('a release begins at zero and counts its own requests only', async () => {
  const meter = openMeter();
  meter.begin(arm('a'));
  meter.begin(arm('b'));
  expect(await meter.read(arm('a'))).toMatchObject({ requests: 0, errors: 0 });
  meter.answered(arm('a'), 200, 11);
  meter.answered(arm('b'), 500, 11);
  expect(await meter.read(arm('a'))).toMatchObject({ requests: 1, errors: 0 });
});

test('5xx and broken answers are errors, 4xx are not', async () => {
  const meter = openMeter();
  for (const status of [200, 404, 500, 503, null]) meter.answered(arm('a'), status, 1);
  expect(await meter.read(arm('a'))).toMatchObject({ requests: 5, errors: 3 });
});

test('latency buckets are cumulative and end open with everything', async () => {
  const meter = openMeter();
  meter.begin(arm('a'));
  for (const tookMs of [4, 11, 12, 60_000]) meter.answered(arm('a'), 200, tookMs);
  const { latencyBuckets } = await meter.read(arm('a'));
  const upTo = (ms: number | null) => latencyBuckets.find(({ upToMs }) => upToMs === ms)?.count;
  expect([upTo(2), upTo(5), upTo(10), upTo(12.5), upTo(10_000), upTo(null)]).toEqual([0, 1, 1, 3, 3, 4]);
  expect(latencyBuckets.at(-1)?.upToMs).toBeNull();
});

test('processor use is what was used between two looks, and unknown before the second', async () => {
  const meter = openMeter();
  meter.used(arm('a'), { cpuMs: 100, memoryMb: 40 }, 1_000);
  expect(await meter.read(arm('a'))).toMatchObject({ cpuPercent: null, memoryMb: 40 });
  meter.used(arm('a'), { cpuMs: 300, memoryMb: 41 }, 3_000);
  expect(await meter.read(arm('a'))).toMatchObject({ cpuPercent: 10, memoryMb: 41 });
  meter.used(arm('a'), null, 4_000);
  expect(await meter.read(arm('a'))).toMatchObject({ cpuPercent: null, memoryMb: null });
});

test('everything is exposed as Prometheus reads it, and what is forgotten is not', async () => {
  const meter = openMeter();
  meter.answered(arm('a'), 200, 11);
  meter.answered(arm('b'), 200, 11);
  meter.used(arm('a'), { cpuMs: 1, memoryMb: 2 }, 1);
  meter.unrouted('api', 'staging');
  const { text, type } = await meter.exposition();
  expect(type).toContain('text/plain');
  const labels = 'service="api",environment="staging",version="v2",release="a"';
  expect(text).toContain(`slipway_local_requests_total{${labels}} 1`);
  expect(text).toContain(`slipway_local_request_duration_seconds_bucket{le="0.0125",${labels}} 1`);
  expect(text).toContain(`slipway_local_resident_memory_bytes{${labels}} 2097152`);
  expect(text).toContain('slipway_local_unrouted_total{service="api",environment="staging"} 1');
  meter.forget(arm('a'));
  const after = (await meter.exposition()).text;
  expect(after).not.toContain('release="a"');
  expect(after).toContain('release="b"');
});
