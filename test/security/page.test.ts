import { request } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStory, type Story } from '../scenario/story.ts';
import { cardsOf } from '../scenario/watching.ts';

let story: Story;
beforeAll(async () => {
  story = await openStory();
});
afterAll(() => story?.close());

const DEPLOY = JSON.stringify({
  user: 'U0ADA',
  act: { kind: 'say', channel: 'C0DEPLOYS', text: '/deploy-staging api v2', threadTs: null },
});

type Asked = { method?: string; path: string; headers: Record<string, string>; body?: string };

function ask({ method = 'GET', path, headers, body = '' }: Asked): Promise<number> {
  const { port } = new URL(story.url());
  return new Promise((resolve, reject) => {
    const asking = request({ host: '127.0.0.1', port, method, path, headers, agent: false }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
      asking.destroy();
    });
    asking.on('error', reject);
    asking.end(body);
  });
}

const paths = [
  '/',
  '/page/state',
  '/page/events?user=U0ADA',
  '/page/ledger',
  '/page/file/F1',
  '/api/chat.postMessage',
];

test.each([
  'evil.example',
  'evil.example:80',
  '127.0.0.1.evil.example',
  'localhost.evil.example',
  'xlocalhost',
  '169.254.169.254',
  '0.0.0.0',
  '[::]',
])('a request to the host “%s” is refused, whatever it asks for', async (host) => {
  for (const path of paths) expect(await ask({ path, headers: { host } })).toBe(403);
  const act = { method: 'POST', path: '/page/act', body: DEPLOY };
  expect(await ask({ ...act, headers: { host, 'content-type': 'application/json' } })).toBe(403);
});

test('another site can neither read nor act, by whatever way it tries', async () => {
  const { host } = new URL(story.url());
  const act = { method: 'POST', path: '/page/act', body: DEPLOY };
  const json = { host, 'content-type': 'application/json' };
  for (const origin of [
    'http://evil.example',
    'null',
    `https://${host}`,
    'http://127.0.0.1:1',
    `http://${host}.evil.example`,
  ]) {
    expect(await ask({ ...act, headers: { ...json, origin } })).toBe(403);
    for (const path of paths) expect(await ask({ path, headers: { host, origin } })).toBe(403);
  }
  expect(await ask({ ...act, headers: { ...json, 'sec-fetch-site': 'cross-site' } })).toBe(403);
  expect(await ask({ path: '/page/state', headers: { host, 'sec-fetch-site': 'same-site' } })).toBe(403);
  // A form of another site needs no permission, but cannot have this type.
  for (const type of ['application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data; boundary=x'])
    expect(await ask({ ...act, headers: { host, 'content-type': type } })).toBe(415);
});

test('nobody can be somebody who is not there, or the bot, and nothing of all that has happened', async () => {
  for (const user of ['U0SLIPWAY', 'U0NOBODY', '', '__proto__', 'constructor']) {
    const body = DEPLOY.replace('U0ADA', user);
    const { host } = new URL(story.url());
    const status = await ask({
      method: 'POST',
      path: '/page/act',
      body,
      headers: { host, 'content-type': 'application/json' },
    });
    expect(status).toBe(400);
  }
  for (const body of [
    '',
    '{',
    '[]',
    'null',
    '{"user":"U0ADA"}',
    '{"user":"U0ADA","act":{"kind":"nothing"}}',
    `{"user":"U0ADA","act":${'['.repeat(10_000)}`,
  ]) {
    const { host } = new URL(story.url());
    expect(
      await ask({
        method: 'POST',
        path: '/page/act',
        body,
        headers: { host, 'content-type': 'application/json' },
      }),
    ).toBe(400);
  }
  const ada = await story.as('U0ADA');
  expect(cardsOf(ada, 'api v2 → staging')).toEqual([]);
  expect(await ask({ path: '/page/state', headers: { host: new URL(story.url()).host } })).toBe(200);
});
