import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStory, SHORT, type Story } from './story.ts';
import { until } from './until.ts';
import { answerTo, ended, order, rowsOf } from './watching.ts';

const SECRET = 'what deliveries are signed with';
let story: Story;
let port: number;

beforeAll(async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  ({ port } = server.address() as AddressInfo);
  server.close();
  await once(server, 'close');
  // Nobody looks around by himself but at the start: whatever is newer than that was seen because somebody rang.
  const seldom = SHORT.replace('lookEvery: 2s', 'lookEvery: 1h');
  const webhooks = `webhooks:\n  ci: { kind: signed, secret: env:CI_SECRET }\nhttp: { webhookPort: ${port} }\n`;
  story = await openStory({ configuration: `${seldom}${webhooks}`, environment: { CI_SECRET: SECRET } });
});
afterAll(() => story?.close());

async function ring(secret: string): Promise<number> {
  const body = JSON.stringify({ service: 'api', environment: 'staging' });
  const seconds = String(Math.floor(Date.now() / 1_000));
  const signature = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
  const answered = await fetch(`http://127.0.0.1:${port}/webhooks/ci`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-slipway-timestamp': seconds,
      'x-slipway-signature': `sha256=${signature}`,
    },
    body,
  });
  return answered.status;
}

test('a signed delivery makes the whole program look at once, and a forged one does not', async () => {
  const ada = await story.as('U0ADA');
  const row = async () => rowsOf(await answerTo(ada, () => ada.type('/deploy-status api')))[0] ?? [];
  const card = await order(
    ada,
    () => ada.type('/deploy-staging api v2 --strategy all-at-once'),
    'api v2 → staging',
  );
  await ended(ada, card);
  expect(await ring('another secret of somebody')).toBe(401);
  expect((await row())[4]).toBe('not looked at since');
  expect(await ring(SECRET)).toBe(204);
  await until(async () => (await row())[2] === 'v2');
  expect((await row())[4]).toBe('none');
});

test('webhooks that nobody could deliver are refused at the start, with what to do', async () => {
  await story.end('SIGINT');
  await story.configure(`${SHORT}webhooks:\n  ci: { kind: signed, secret: env:CI_SECRET }\n`);
  await expect(story.start()).rejects.toThrow(/nothing listens for them.*http\.webhookPort/s);
});
