import { expect, test } from 'vitest';
import { asked, orderOf } from '../test/support/recording-desk.ts';
import { commands } from './index.ts';

const day = { service: 'web', environment: null, rangeMs: 86_400_000, metric: null, isDelivery: false };

test.each([
  ['web', day],
  ['web --range 7d --metric memory', { ...day, rangeMs: 604_800_000, metric: 'memory' }],
  ['web --env staging --range 5m', { ...day, environment: 'staging', rangeMs: 300_000 }],
  ['--dora', { ...day, service: null, isDelivery: true }],
  ['web --dora --range 90d', { ...day, rangeMs: 7_776_000_000, isDelivery: true }],
])('/deploy-metrics %s asks for %j', async (text, wanted) => {
  expect(await orderOf(commands, 'deploy-metrics', text)).toEqual(['metrics', wanted]);
});

test.each([
  ['web --metric latncy', 'latency'],
  ['web --range 30d', 'must be at most 14d for a service'],
  ['web --range 1m', 'must be at least 5m'],
  ['web --dora --metric errors', 'ask for one of them'],
])('/deploy-metrics %s is refused with %s', (text, words) => {
  const found = asked(commands, 'deploy-metrics', text);
  expect(found).toMatchObject({ kind: 'refusal', code: 'bad-arguments' });
  expect(JSON.stringify(found)).toContain(words);
});

test('nothing at all opens a form', () => {
  expect(asked(commands, 'deploy-metrics', '').kind).toBe('form');
});
