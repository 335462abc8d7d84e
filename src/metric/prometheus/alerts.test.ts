import { expect, test } from 'vitest';
import type { Around, Asked } from '../metric.ts';
import { prometheusAlerts } from './alerts.ts';

const NOW = Date.UTC(2026, 10, 20, 12);

/** Rules that all are well, of which the newest was looked at so long ago. */
async function judgedAt(agoMs: number, interval = 15, warnings: readonly string[] = []) {
  const rule = {
    name: 'HighErrorRate',
    health: 'ok',
    lastEvaluation: new Date(NOW - agoMs).toISOString(),
    alerts: [],
  };
  const answer = { status: 'success', data: { groups: [{ interval, rules: [rule] }] }, warnings };
  const http = { get: async () => answer } as unknown as ReturnType<Around['door']>;
  const around = { door: () => http, clock: { nowMs: () => NOW } } as unknown as Around;
  const source = prometheusAlerts.open('prom', { url: 'http://127.0.0.1:9090' }, around);
  const query = { matchers: ['service="api"'] };
  const canary = { releaseId: 'r2', version: { name: 'v2', commit: null }, trafficPercent: 10 };
  return source.verdict?.({ query, canary, stable: null, nowMs: NOW } as unknown as Asked);
}

test('silence is worth something while the rules are looked at', async () => {
  expect(await judgedAt(20_000)).toMatchObject({ kind: 'pass' });
  expect(await judgedAt(170_000, 60)).toMatchObject({ kind: 'pass' });
});

test('rules that nobody looks at any more, or in the future, are no calm', async () => {
  expect(await judgedAt(61_000)).toMatchObject({
    kind: 'unknown',
    because: expect.stringContaining('has not been looked at since 2026-11-20T11:58:59.000Z'),
  });
  expect(await judgedAt(-61_000)).toMatchObject({
    kind: 'unknown',
    because: expect.stringContaining('was looked at in the future'),
  });
});

test('rules of which a part may be missing are no calm', async () => {
  expect(await judgedAt(20_000, 15, ['receive Rules from store: connection refused'])).toMatchObject({
    kind: 'unknown',
    because: expect.stringContaining('connection refused'),
  });
});
