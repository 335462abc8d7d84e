import { afterEach, beforeEach, expect, test } from 'vitest';
import { catalogAtFirst } from '../../test/support/office/office.ts';
import type { ToldAlert } from '../core/told-alert.ts';
import { openWebhookDoor, type WebhookDoor } from './door.ts';
import { serveWebhooks } from './serve.ts';
import type { Webhook } from './webhook.ts';

const SECRET = 'a secret of tests';

const pager: Webhook = { name: 'pager', kind: 'alertmanager', secret: 'env:PAGER', platforms: null };
const labels = { service: 'app', environment: 'stage' };

let told: ToldAlert[];
let isStoreDown: boolean;
let door: WebhookDoor;
let served: Awaited<ReturnType<typeof serveWebhooks>>;

beforeEach(async () => {
  told = [];
  isStoreDown = false;
  door = openWebhookDoor({
    webhooks: () => [pager, { ...pager, name: 'other', labels }],
    catalog: () => catalogAtFirst,
    secret: async () => SECRET,
    inbox: { once: async () => true },
    async tell(alert) {
      if (isStoreDown) throw new Error('the database is away');
      told.push(alert);
    },
    look: async () => {
      throw new Error('an alert makes nobody look');
    },
    clock: { nowMs: () => 0, sleep: async () => undefined },
    log: { warn: () => undefined },
  });
  served = await serveWebhooks(door, { host: '127.0.0.1', port: 0 });
});
afterEach(async () => {
  await served.close();
  await door.close();
});

const alert = (more: object = {}) => ({
  status: 'firing',
  labels: { alertname: 'Slow', service: 'api', environment: 'production', severity: 'page' },
  annotations: { summary: 'answers\ntake  long' },
  startsAt: '2026-11-20T12:00:00.123456789Z',
  endsAt: '0001-01-01T00:00:00Z',
  generatorURL: 'http://prometheus.example.com/graph',
  fingerprint: 'a1b2c3d4e5f60718',
  ...more,
});

async function send(alerts: unknown, authorization = `Bearer ${SECRET}`, name = 'pager'): Promise<number> {
  const answered = await fetch(`http://127.0.0.1:${served.port}/webhooks/${name}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization },
    body: JSON.stringify({ version: '4', groupKey: '{}', status: 'firing', receiver: 'ours', alerts }),
  });
  return answered.status;
}

test('an alert about a service of ours is told, in one line, as theirs', async () => {
  expect(await send([alert()])).toBe(204);
  expect(told).toEqual([
    {
      from: 'pager',
      fingerprint: 'a1b2c3d4e5f60718',
      isFiring: true,
      name: 'Slow',
      severity: 'page',
      summary: 'answers take long',
      scope: { service: 'api', environment: 'production' },
      startedAtMs: Date.UTC(2026, 10, 20, 12, 0, 0, 123),
    },
  ]);
});

test('what is not about anything of ours is taken, and told to nobody', async () => {
  const about = (own: object) => alert({ labels: { alertname: 'Slow', ...own } });
  const others = [
    {},
    { service: 'theirs' },
    { service: 'api', environment: 'moon' },
    { service: '__proto__' },
  ];
  expect(await send(others.map(about))).toBe(204);
  expect(told).toEqual([]);
});

test('labels may have names of their own', async () => {
  const own = { alertname: 'Slow', app: 'web', stage: 'staging', service: 'theirs' };
  expect(await send([alert({ labels: own })], undefined, 'other')).toBe(204);
  expect(told[0]?.scope).toEqual({ service: 'web', environment: 'staging' });
});

test.each([
  '',
  'Bearer',
  'Bearer ',
  `Bearer ${SECRET}x`,
  `Basic ${SECRET}`,
  SECRET,
  'Bearer a secret of test',
])('whoever shows %j instead of the secret is turned away', async (authorization) => {
  expect(await send([alert()], authorization)).toBe(401);
  expect(told).toEqual([]);
});

test.each([[null], [[{}]], [[alert({ fingerprint: '../x' })]], [[alert({ startsAt: 'now' })]], [['slow']]])(
  'what is no delivery of Alertmanager is turned away: %j',
  async (alerts) => {
    expect(await send(alerts)).toBe(400);
    expect(told).toEqual([]);
  },
);

test('what could not be written down is delivered again', async () => {
  isStoreDown = true;
  expect(await send([alert()])).toBe(503);
  isStoreDown = false;
  expect(await send([alert()])).toBe(204);
  expect(told).toHaveLength(1);
});

test('a storm is told by fifty of them', async () => {
  await send(Array.from({ length: 70 }, (_, index) => alert({ fingerprint: `f${index}`.replace('f', 'a') })));
  expect(told).toHaveLength(50);
});
