import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openWorkspace, type Workspace } from './index.ts';

let folder = '';
let open: Workspace[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'workspace-'));
});
afterEach(async () => {
  await Promise.all(open.map((workspace) => workspace.close()));
  open = [];
  rmSync(folder, { recursive: true });
});

const file = (): string => join(folder, 'home', 'workspace.jsonl');

async function start(): Promise<Workspace> {
  const workspace = await openWorkspace({
    port: 0,
    pageFolder: null,
    signingSecret: 's',
    botToken: 'xoxb-1',
    botUrl: () => 'http://127.0.0.1:9/slack/events',
    nowMs: Date.now,
    random: Math.random,
    manifest: { oauth_config: { scopes: { bot: ['chat:write'] } } },
    file: file(),
  });
  open.push(workspace);
  return workspace;
}

async function call(workspace: Workspace, method: string, args: object): Promise<Record<string, unknown>> {
  const answer = await fetch(`${workspace.apiUrl}${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json; charset=utf-8', authorization: 'Bearer xoxb-1' },
    body: JSON.stringify(args),
  });
  return (await answer.json()) as Record<string, unknown>;
}

test('messages, their edits and their absence survive a restart; ephemeral ones do not', async () => {
  const first = await start();
  const metadata = { event_type: 'deployment', event_payload: { id: 'd-1' } };
  const { ts } = await call(first, 'chat.postMessage', { channel: 'C0DEPLOYS', text: 'one', metadata });
  const gone = await call(first, 'chat.postMessage', { channel: 'C0DEPLOYS', text: 'gone' });
  const aside = { channel: 'C0DEPLOYS', user: 'U0ADA', text: 'private' };
  expect(await call(first, 'chat.postEphemeral', aside)).toMatchObject({ ok: true });
  await call(first, 'chat.update', { channel: 'C0DEPLOYS', ts, text: 'two' });
  await call(first, 'chat.delete', { channel: 'C0DEPLOYS', ts: gone['ts'] });
  await first.as('U0ADA').command('/invite @slipway', 'general');
  await first.close();
  open = [];

  const second = await start();
  expect(second.messages('deploys').map(({ ts: at, text }) => [at, text])).toEqual([[ts, 'two']]);
  expect(await call(second, 'chat.update', { channel: 'C0DEPLOYS', ts, text: 'three' })).toMatchObject({
    ok: true,
    message: { metadata },
  });
  expect(await call(second, 'chat.postMessage', { channel: 'C0GENERAL', text: 'still here' })).toMatchObject({
    ok: true,
  });
});

test('a torn line costs itself and nothing else', async () => {
  const first = await start();
  await call(first, 'chat.postMessage', { channel: 'C0DEPLOYS', text: 'one' });
  await first.close();
  open = [];
  appendFileSync(file(), '{"kind":"message","message":{"chan');
  const second = await start();
  expect(second.messages('deploys').map(({ text }) => text)).toEqual(['one']);
  expect(readFileSync(file(), 'utf8')).not.toContain('"chan\n');
});

test('the file stays small, however often a message is edited', async () => {
  const workspace = await start();
  const ada = workspace.as('U0ADA');
  for (let said = 0; said < 5_200; said += 1) await ada.say(`line ${said}`, 'deploys');
  const lines = readFileSync(file(), 'utf8').trimEnd().split('\n');
  expect(lines.length).toBeLessThan(5_100);
  expect(lines.at(-1)).toContain('line 5199');
});
