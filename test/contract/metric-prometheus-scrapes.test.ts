import { expect, test } from 'vitest';
import { openMetric } from '../../src/metric/index.ts';
import type { Cursor, Reading, Readings } from '../../src/metric/metric.ts';
import { metricAround } from '../stand-in/metric-around.ts';
import { startPrometheus, startTarget } from '../support/prometheus.ts';
import { skipped } from '../support/skips.ts';
import { askedAt } from './metric-asked.ts';

/** Prometheus takes some seconds before its first scrape, and on a slow machine its scrapes are rarer: it is waited for these. */
const STRETCHES = 150;

const query = {
  requests: 'http_requests_total{service="api"}',
  errors: 'http_requests_failed_total{service="api"}',
  latency: 'http_request_duration_seconds_bucket{service="api"}',
  pod: 'pod',
};

/** Of each scrape a hundred requests more than of the one before; every tenth of them failed, every other was slow. */
function counting(): () => string {
  let scrapes = 0;
  return () => {
    scrapes += 1;
    return `
# TYPE http_requests_total counter
http_requests_total{service="api"} ${100 * scrapes}
# TYPE http_requests_failed_total counter
http_requests_failed_total{service="api"} ${10 * scrapes}
# TYPE http_request_duration_seconds histogram
http_request_duration_seconds_bucket{service="api",le="0.1"} ${50 * scrapes}
http_request_duration_seconds_bucket{service="api",le="+Inf"} ${100 * scrapes}
http_request_duration_seconds_sum{service="api"} 1
http_request_duration_seconds_count{service="api"} ${100 * scrapes}
`;
  };
}

test('one reading is of one scrape, whenever Prometheus scrapes while it is asked', async ({ skip }) => {
  const targets = [await startTarget(counting()), await startTarget(counting())];
  const started = await startPrometheus({
    scraped: targets.map(({ address }, index) => ({
      address,
      labels: { pod: `pod-${index}`, version: `v${index + 1}` },
    })),
    scrapesEveryMs: 50,
  });
  try {
    if ('unavailable' in started) {
      skipped('Prometheus itself', started.unavailable, started.install);
      return skip();
    }
    const settings = { url: started.url };
    const source = openMetric({ name: 'prom', kind: 'prometheus', settings }, metricAround('none'));
    const stretches: Reading[] = [];
    let cursor: Cursor = null;
    while (stretches.length < STRETCHES) {
      const readings: Readings | undefined = await source.read?.(askedAt(Date.now(), query), cursor);
      cursor = readings?.cursor ?? null;
      stretches.push(...(readings?.stretches ?? []));
    }
    const torn = stretches.flatMap(({ canary, stable }) =>
      [canary, stable].filter(
        (arm) =>
          arm === null ||
          arm.errors * 10 !== arm.requests ||
          (arm.latency ?? []).some((count) => count * 2 !== arm.requests),
      ),
    );
    expect(torn).toEqual([]);
  } finally {
    if (!('unavailable' in started)) await started.stop();
    await Promise.all(targets.map((target) => target.stop()));
  }
});
