import { afterEach, expect, test } from 'vitest';
import { noteAlert } from '../../src/engine/board/alert.ts';
import { sheetFor } from '../../src/engine/board/index.ts';
import { openWebhookDoor, serveWebhooks } from '../../src/webhook/index.ts';
import { openBoardWorld } from '../support/board-world.ts';
import { startAlertmanager, startPrometheus, startTarget } from '../support/prometheus.ts';
import { skipped } from '../support/skips.ts';

const BEARER = 'the token of tests';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

const counted = (failed: number) => `
# TYPE http_requests_total counter
http_requests_total{service="api",environment="production",code="503"} ${failed}
`;

/** Where alerts arrive, and the board that they are hung on. */
async function openBoard() {
  const world = openBoardWorld();
  const door = openWebhookDoor({
    webhooks: () => [{ name: 'pager', kind: 'alertmanager', secret: 'env:PAGER', platforms: null }],
    catalog: world.parts.catalog,
    secret: async () => BEARER,
    inbox: world.store.inbox,
    look: async () => undefined,
    tell: (alert) => noteAlert(world.parts, alert),
    clock: { nowMs: Date.now, sleep: async () => undefined },
    log: { warn: () => undefined },
  });
  const served = await serveWebhooks(door, { host: '127.0.0.1', port: 0 });
  ends.push(
    () => served.close(),
    () => door.close(),
  );
  return { world, url: `http://127.0.0.1:${served.port}/webhooks/pager` };
}

test('what Prometheus finds reaches the channel through Alertmanager, and so does its end', async ({
  skip,
}) => {
  const { world, url } = await openBoard();
  const alertmanager = await startAlertmanager({ url, bearer: BEARER });
  if ('unavailable' in alertmanager) {
    skipped('Alertmanager itself', alertmanager.unavailable, alertmanager.install);
    return skip();
  }
  ends.push(() => alertmanager.stop());
  const target = await startTarget(counted(1));
  ends.push(() => target.stop());
  const prometheus = await startPrometheus({
    scraped: [{ address: target.address, labels: {} }],
    rules: { TooManyErrors: 'sum by (service, environment) (http_requests_total{code="503"}) > 100' },
    alertmanager: alertmanager.address,
  });
  if ('unavailable' in prometheus) {
    skipped('Prometheus itself', prometheus.unavailable, prometheus.install);
    return skip();
  }
  ends.push(() => prometheus.stop());
  target.text = counted(500);
  const told = async () => (await world.told()).at(-1);
  await expect.poll(told, { timeout: 60_000, interval: 200 }).toMatchObject({
    lane: 'critical',
    content: { kind: 'sheet', to: { kind: 'environment', name: 'production' } },
  });
  const sheet = async () => {
    const [first] = await world.store.board.list({ kind: 'alert', isOpen: null, limit: 2 });
    return first === undefined ? null : await sheetFor(world.parts, first);
  };
  expect(await sheet()).toMatchObject({ sentence: 'TooManyErrors fires for api in production.' });
  target.text = counted(1);
  await expect
    .poll(async () => (await sheet())?.sentence, { timeout: 60_000, interval: 200 })
    .toBe('TooManyErrors is over for api in production.');
});
