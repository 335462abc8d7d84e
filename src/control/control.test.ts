import { chmod, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { calledInSlack, hostCommands } from '../../commands/host.ts';
import { recordingDesk } from '../../test/support/recording-desk.ts';
import { memoryStore } from '../store/memory/index.ts';
import type { Store } from '../store/store.ts';
import { askControl } from './ask.ts';
import { carryOut } from './carry-out.ts';
import { controlFolder } from './folder.ts';
import type { CommandRequest, Request, Response } from './protocol.ts';
import { serveControl } from './serve.ts';

const uid = process.getuid?.() ?? 0;
let home: string;
let store: Store;
let calls: unknown[];
let asked: Request[];
let stop: () => Promise<void>;

const silent = () => undefined;
const log = { debug: silent, info: silent, warn: silent, error: silent };

async function answer(request: Request): Promise<Response> {
  asked.push(request);
  if (request.kind === 'audit') return { v: 1, kind: 'audited', exitCode: 0, lines: ['whole'] };
  return carryOut(
    {
      commands: hostCommands,
      called: calledInSlack,
      operator: { id: 'os:deploy', name: 'deploy' },
      store,
      log,
      look: async (caller) => ({ ...caller, kind: 'host', groups: [] }),
      deskFor: () => recordingDesk(calls),
      newKey: () => `k${asked.length}`,
    },
    request,
  );
}

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'slipway-control-'));
  store = memoryStore({ nowMs: () => 1_000 });
  calls = [];
  asked = [];
  stop = await serveControl({ home, uid, pid: 1, log, answer });
});
afterEach(async () => {
  await stop();
  await rm(home, { recursive: true, force: true });
});

const command = (name: string, text: string): CommandRequest => ({
  v: 1,
  kind: 'command',
  command: name,
  text,
  zone: 'Europe/Berlin',
});
const ask = (request: Request) => askControl({ home, uid }, request, 5_000);

/** Writes bytes at the socket and hears until it is closed. */
async function throwAt(bytes: string | Uint8Array): Promise<string> {
  const folder = controlFolder(home);
  const [name = ''] = await readdir(folder);
  return new Promise((resolve) => {
    const socket = connect(join(folder, name));
    let heard = '';
    socket.on('data', (piece) => {
      heard += String(piece);
    });
    socket.on('error', silent);
    socket.on('close', () => resolve(heard));
    socket.end(bytes);
  });
}

test('the socket and its folder are for their owner alone', async () => {
  const folder = controlFolder(home);
  const [name = ''] = await readdir(folder);
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
});

test('a folder that was open to others is closed before anything is served in it', async () => {
  await stop();
  await chmod(controlFolder(home), 0o777);
  stop = await serveControl({ home, uid, pid: 1, log, answer });
  expect((await stat(controlFolder(home))).mode & 0o777).toBe(0o700);
});

test('a folder of somebody else is not served in', async () => {
  await expect(serveControl({ home, uid: uid + 1, pid: 1, log, answer })).rejects.toThrow(/another user/);
});

test('what is asked reaches the desk as the same line would in Slack, and is answered', async () => {
  const heard = await ask(command('abort', 'd-7f3a9k2m --reason "it burns"'));
  expect(calls).toEqual([['abort', { deployment: 'd-7f3a9k2m' }]]);
  expect(heard).toMatchObject({ kind: 'answered', response: { outcome: 'done', as: 'os:deploy' } });
});

test('whoever somebody says that they are, it is never them', async () => {
  const forged = { ...command('status', ''), actor: 'os:root', as: 'U0ADA' };
  const heard = await throwAt(`${JSON.stringify(forged)}\n`);
  expect(heard).toContain('That is no request');
  expect(calls).toEqual([]);
});

test('what is not understood is refused with what to type, changes nothing, and is on record', async () => {
  const heard = await ask(command('abort', 'd-7f3a9k2m --force'));
  expect(heard).toMatchObject({
    response: { outcome: 'usage', lines: [expect.stringContaining('--force'), expect.anything()] },
  });
  expect(JSON.stringify(heard)).toContain('slipway abort');
  expect(calls).toEqual([]);
  const [line] = await store.ledger.read('desk', 0, 10);
  expect(JSON.stringify(line)).toContain('ask-misunderstood');
  expect(JSON.stringify(line)).toContain('cli/');
});

test('one request a connection: what follows it is refused with it', async () => {
  const line = JSON.stringify(command('abort', 'd-7f3a9k2m'));
  expect(await throwAt(`${line}\n${line}\n`)).toContain('One line');
  expect(calls).toEqual([]);
});

test('a socket that was left behind by a process that was killed is passed over, and cleared away', async () => {
  const { createServer } = await import('node:net');
  const dead = createServer();
  const path = join(controlFolder(home), '999-dead.sock');
  await new Promise<void>((resolve) => dead.listen(path, resolve));
  // Closing removes the file; a killed process cannot.
  const { link } = await import('node:fs/promises');
  await link(path, `${path}-kept.sock`);
  await new Promise((resolve) => dead.close(resolve));
  expect(await ask(command('status', ''))).toMatchObject({ kind: 'answered' });
  await stop();
  stop = await serveControl({ home, uid, pid: 1, log, answer });
  expect(await readdir(controlFolder(home))).toHaveLength(1);
});

test('with nobody there, nobody is asked', async () => {
  await stop();
  expect(await ask(command('status', ''))).toEqual({ kind: 'nobody' });
  stop = await serveControl({ home, uid, pid: 1, log, answer });
});

const good = JSON.stringify(command('abort', 'd-7f3a9k2m'));
const mutilated = fc
  .tuple(fc.nat({ max: good.length }), fc.nat({ max: 5 }), fc.string({ unit: 'binary', maxLength: 5 }))
  .map(([at, cut, put]) => good.slice(0, at) + put + good.slice(at + cut))
  .filter((line) => line !== good);
const thrown = fc.oneof(
  { weight: 3, arbitrary: mutilated.map((line) => `${line}\n`) },
  { weight: 2, arbitrary: fc.json().map((json) => `${json}\n`) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '',
      '\n',
      '\0',
      `${'x'.repeat(70_000)}\n`,
      'x'.repeat(200_000),
      good,
      `${'['.repeat(60_000)}\n`,
    ),
  },
);

test('whatever is thrown at it, nothing is done that was not asked for in so many words, and it goes on answering', async () => {
  await fc.assert(
    fc.asyncProperty(thrown, async (bytes) => {
      const said = typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString();
      calls.length = 0;
      const heard = await throwAt(bytes);
      for (const [what, order] of calls as [string, object][]) {
        const { deployment } = order as { deployment: string };
        expect([what, deployment]).toEqual(['abort', expect.stringMatching(/^d-[0-9a-z]{8}$/)]);
        expect(said).toContain(deployment);
      }
      const isAnswer = heard === '' || heard.endsWith('\n');
      expect(isAnswer).toBe(true);
    }),
    { numRuns: 4_000 },
  );
  expect(await ask(command('status', ''))).toMatchObject({ kind: 'answered' });
}, 120_000);
