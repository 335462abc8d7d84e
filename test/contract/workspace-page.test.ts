import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Act, Acted, Change, Snapshot } from '../../src/local/workspace/page-contract.ts';
import { type Bench, openBench, secrets } from './workspace-support.ts';

let folder = '';
let bench: Bench;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'page-'));
  mkdirSync(join(folder, 'page', 'assets'), { recursive: true });
  writeFileSync(join(folder, 'page', 'index.html'), '<!doctype html><title>page</title>');
  writeFileSync(join(folder, 'page', 'assets', 'main.js'), 'export {}');
  writeFileSync(join(folder, 'secret.txt'), 'secret');
  symlinkSync(join(folder, 'secret.txt'), join(folder, 'page', 'link.txt'));
  bench = await openBench(
    'http',
    (bolt) => {
      bolt.command('/deploy', async ({ ack }) => ack('only for you'));
      bolt.action('go', async ({ ack, client }) => {
        await ack();
        await client.chat.postMessage({ channel: 'C0DEPLOYS', text: 'gone' });
      });
    },
    { pageFolder: join(folder, 'page') },
  );
});
afterEach(async () => {
  await bench.close();
  rmSync(folder, { recursive: true });
});

const at = (path: string): string => `${bench.workspace.url}${path}`;
const state = async (user: string): Promise<Snapshot> =>
  (await (await fetch(at(`/page/state?user=${user}`))).json()) as Snapshot;
async function act(user: string, what: Act): Promise<Acted> {
  const answer = await fetch(at('/page/act'), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user, act: what }),
  });
  return (await answer.json()) as Acted;
}

/** A request with headers that `fetch` does not let anybody set. */
function raw(path: string, headers: Record<string, string>, verb = 'GET', body = ''): Promise<number> {
  return new Promise((resolve, reject) => {
    const outgoing = request(at(path), { method: verb, headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}

/** Reads a person's stream until somebody has seen enough. */
async function changes(
  user: string,
  isEnough: (seen: readonly Change[]) => boolean,
  then: () => Promise<unknown>,
) {
  const controller = new AbortController();
  const answer = await fetch(at(`/page/events?user=${user}`), { signal: controller.signal });
  expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  const seen: Change[] = [];
  void then();
  let text = '';
  for await (const chunk of answer.body ?? []) {
    text += Buffer.from(chunk).toString('utf8');
    const events = text.split('\n\n');
    text = events.pop() ?? '';
    for (const event of events) if (event.startsWith('data: ')) seen.push(JSON.parse(event.slice(6)));
    if (isEnough(seen)) break;
  }
  controller.abort();
  return seen;
}

test('everybody sees their own channels, and who there is to be', async () => {
  const ada = await state('U0ADA');
  expect(ada.me).toBe('U0ADA');
  expect(ada.channels.map(({ name }) => name)).toEqual(['deploys', 'production', 'general', 'slipway']);
  expect((await state('U0DANA')).channels.map(({ name }) => name)).toEqual(['deploys', 'general', 'slipway']);
  expect(ada.people.map(({ id, about }) => [id, about])).toContainEqual(['U0BEN', 'approves them']);
  expect(ada.commands[0]).toEqual({
    command: '/deploy',
    description: 'Deploy',
    usageHint: 'service version',
  });
  expect((await fetch(at('/page/state?user=U0NOBODY'))).status).toBe(404);
  expect((await fetch(at('/page/state?user=U0SLIPWAY'))).status).toBe(404);
});

test('what only one person may see reaches only their page, and is gone after a reload', async () => {
  const say: Act = { kind: 'say', channel: 'C0DEPLOYS', text: '/deploy api', threadTs: null };
  const isMessage = (change: Change): boolean => change.kind === 'message';
  const seen = await changes(
    'U0ADA',
    (all) => all.some(isMessage),
    () => act('U0ADA', say),
  );
  expect(seen.filter(isMessage)).toMatchObject([{ message: { text: 'only for you', isEphemeral: true } }]);
  const others = await changes(
    'U0BEN',
    (all) => all.some(isMessage),
    async () => {
      await act('U0ADA', say);
      await act('U0ADA', { ...say, text: 'hello all' });
    },
  );
  expect(others.filter(isMessage)).toMatchObject([{ message: { text: 'hello all' } }]);
  expect((await state('U0ADA')).messages['C0DEPLOYS']?.map(({ text }) => text)).toEqual(['hello all']);
});

test('an answer says what it answers, in whatever order answers come', async () => {
  const say: Act = { kind: 'say', channel: 'C0DEPLOYS', text: '/deploy api', threadTs: null };
  const answers = (seen: readonly Change[]) =>
    seen.flatMap((change) => (change.kind === 'message' ? [change.message.answers] : []));
  const seen = await changes(
    'U0ADA',
    (all) => answers(all).length === 3,
    async () => {
      await act('U0ADA', { ...say, ref: 'second' });
      await act('U0ADA', { ...say, ref: 'first' });
      await act('U0ADA', say);
    },
  );
  expect(answers(seen)).toEqual(['second', 'first', undefined]);
});

test('a button on the page reaches the bot, and the wire shows both directions', async () => {
  await bench.bolt.client.chat.postMessage({
    channel: 'C0DEPLOYS',
    text: 'ready',
    blocks: [
      {
        type: 'actions',
        block_id: 'b',
        elements: [{ type: 'button', action_id: 'go', text: { type: 'plain_text', text: 'Go' } }],
      },
    ],
  });
  const message = (await state('U0BEN')).messages['C0DEPLOYS']?.[0];
  const clicked: Act = {
    kind: 'block-action',
    channel: 'C0DEPLOYS',
    messageTs: message?.ts ?? '',
    viewId: null,
    isHome: false,
    blockId: 'b',
    actionId: 'go',
    action: { type: 'button' },
  };
  expect(await act('U0BEN', clicked)).toEqual({ ok: true });
  await bench.workspace.waitForMessage(({ text }) => text === 'gone');
  const { wire } = await state('U0BEN');
  expect(wire.map(({ direction, what, status }) => [direction, what, status])).toEqual([
    ['from-bot', 'chat.postMessage', 200],
    ['to-bot', 'POST /slack/events  block_actions go', 200],
    ['from-bot', 'chat.postMessage', 200],
  ]);
  expect(JSON.stringify(wire)).not.toContain(secrets.botToken);
});

test('the page is served with its types, and nothing outside its folder is', async () => {
  const types = async (path: string): Promise<[number, string | null]> => {
    const answer = await fetch(at(path));
    return [answer.status, answer.headers.get('content-type')];
  };
  expect(await types('/')).toEqual([200, 'text/html; charset=utf-8']);
  expect(await types('/channel/C0DEPLOYS')).toEqual([200, 'text/html; charset=utf-8']);
  expect(await types('/assets/main.js')).toEqual([200, 'text/javascript; charset=utf-8']);
  for (const path of [
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/link.txt',
    '/assets/none.js',
  ])
    expect([path, await raw(path, {})]).toEqual([path, 404]);
});

test('a foreign site cannot read, act, or reach this server by another name', async () => {
  const { host } = new URL(bench.workspace.url);
  const json = { 'content-type': 'application/json' };
  const said = JSON.stringify({
    user: 'U0ADA',
    act: { kind: 'say', channel: 'C0DEPLOYS', text: 'from elsewhere', threadTs: null },
  });
  expect(await raw('/page/act', { ...json, host, origin: `http://${host}` }, 'POST', said)).toBe(200);
  expect(await raw('/page/act', { ...json, host, origin: 'https://evil.example' }, 'POST', said)).toBe(403);
  expect(await raw('/page/act', { ...json, host, origin: 'null' }, 'POST', said)).toBe(403);
  expect(await raw('/page/act', { host, 'content-type': 'text/plain' }, 'POST', said)).toBe(415);
  expect(await raw('/page/state', { host: 'evil.example' })).toBe(403);
  expect(
    await raw('/page/state', { host, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }),
  ).toBe(403);
  expect(bench.workspace.messages('deploys')).toHaveLength(1);
});

test('a person reads the files of their channels, and no others', async () => {
  const { filesUploadV2 } = bench.bolt.client;
  await filesUploadV2.call(bench.bolt.client, {
    channel_id: 'C0PRODUCTION',
    content: '<script>alert(1)</script>',
    filename: 'report.md',
  });
  const reply = await bench.workspace.waitForMessage(({ files }) => files.length > 0);
  const path = `/page/file/${reply.files[0]?.id}`;
  const theirs = await fetch(at(`${path}?user=U0BEN`));
  expect([theirs.status, theirs.headers.get('content-type')]).toEqual([200, 'text/plain; charset=utf-8']);
  expect(await theirs.text()).toBe('<script>alert(1)</script>');
  expect((await fetch(at(`${path}?user=U0DANA`))).status).toBe(404);
});

test('faults that are switched on reach every page, and the bot', async () => {
  const faults = {
    latencyMs: 0,
    serverErrorPercent: 100,
    rateLimitPercent: 0,
    dropAfterPercent: 0,
    doubleDelivery: false,
  };
  const seen = await changes(
    'U0BEN',
    (all) => all.some(({ kind }) => kind === 'faults'),
    () => act('U0ADA', { kind: 'set-faults', faults }),
  );
  expect(seen).toContainEqual({ kind: 'faults', faults });
  await expect(bench.bolt.client.auth.test()).rejects.toMatchObject({ statusCode: 500 });
  expect(await act('U0ADA', { kind: 'set-faults', faults: { ...faults, latencyMs: -1 } })).toMatchObject({
    ok: false,
  });
});

test('what is no act, or too long, is refused and the server lives', async () => {
  const json = { 'content-type': 'application/json' };
  expect(await raw('/page/act', json, 'POST', '{')).toBe(400);
  expect(await raw('/page/act', json, 'POST', '{"user":"U0ADA","act":{"kind":"shout"}}')).toBe(400);
  expect(await raw('/api/chat.postMessage', json, 'POST', 'x'.repeat(5 * 1024 * 1024)).catch(() => 413)).toBe(
    413,
  );
  expect((await state('U0ADA')).me).toBe('U0ADA');
});
