import { expect, test } from 'vitest';
import { openMetrics } from './metrics.ts';

test('what happened can be read in Prometheus’ own words and base units', async () => {
  const metrics = openMetrics();
  metrics.acked('command', 4);
  metrics.handled('command', 'done');
  metrics.handled('command', 'done');
  metrics.advanced('ended', 120);
  metrics.effect('release', 'confirmed');
  metrics.told('limited', 30);
  metrics.outbox(3, 2_500);

  const text = await metrics.exposition();
  expect(text).toContain('slipway_ack_seconds_bucket{le="0.005",kind="command"} 1');
  expect(text).toContain('slipway_ack_seconds_bucket{le="0.0025",kind="command"} 0');
  expect(text).toContain('slipway_deliveries_total{kind="command",how="done"} 2');
  expect(text).toContain('slipway_advance_seconds_sum{how="ended"} 0.12');
  expect(text).toContain('slipway_effects_total{kind="release",how="confirmed"} 1');
  expect(text).toContain('slipway_slack_call_seconds_count{how="limited"} 1');
  expect(text).toContain('slipway_outbox_waiting 3');
  expect(text).toContain('slipway_outbox_oldest_seconds 2.5');
  expect(text).toContain('slipway_nodejs_eventloop_lag_seconds');
  expect(metrics.contentType).toContain('version=0.0.4');
});

test('two of them do not meet', async () => {
  const [one, other] = [openMetrics(), openMetrics()];
  one.effect('route', 'confirmed');
  expect(await other.exposition()).not.toContain('slipway_effects_total{');
});
