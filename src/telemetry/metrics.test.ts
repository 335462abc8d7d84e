import { expect, test } from 'vitest';
import { openMetrics } from './metrics.ts';

test('what happened can be read in Prometheus’ own words and base units', async () => {
  const metrics = openMetrics();
  metrics.visited('ended', 120);
  metrics.outbox(3, 2_500);

  const text = await metrics.exposition();
  expect(text).toContain('slipway_visit_seconds_bucket{le="0.1",how="ended"} 0');
  expect(text).toContain('slipway_visit_seconds_bucket{le="0.25",how="ended"} 1');
  expect(text).toContain('slipway_visit_seconds_sum{how="ended"} 0.12');
  expect(text).toContain('slipway_outbox_waiting 3');
  expect(text).toContain('slipway_outbox_oldest_seconds 2.5');
  expect(text).toContain('slipway_nodejs_eventloop_lag_seconds');
  expect(metrics.contentType).toContain('version=0.0.4');
});

test('two of them do not meet', async () => {
  const [one, other] = [openMetrics(), openMetrics()];
  one.visited('ended', 1);
  expect(await other.exposition()).not.toContain('how="ended"');
});
