import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { MessageView, Snapshot } from '../../src/local/workspace/page-contract.ts';
import { placesIn } from '../../src/platform/local/places.ts';
import { isAlive } from '../../src/platform/local/runner/lock.ts';
import { removeFolder, temporaryFolder } from '../support/server.ts';
import { outcomeOn } from './people.ts';
import { type Program, startProgram, watch } from './program.ts';
import { killRunner } from './shop.ts';

/** How a person at a terminal starts it, ends it, and starts it where it cannot be started. */
let folder = '';
const seen = new Set<number>();

beforeEach(() => {
  folder = temporaryFolder('ends', null);
});

afterEach(() => {
  for (const pid of [...seen].filter(isAlive)) process.kill(pid, 'SIGKILL');
  for (const home of ['home', 'other']) killRunner(join(folder, home, 'local'));
  seen.clear();
  removeFolder(folder);
});

test('ctrl-C leaves no process behind, and the next start goes on with what was under way', async () => {
  const first = npmStart();
  const page = pageIn(await first.ready);
  await type(page, '/deploy-staging api v2');
  await until(async () => (await cards(page)).length === 1, 'the card');
  const running = familyOf(first.pid);
  // Npm, the program, the runner, and a process for each sample service.
  expect(running.length).toBeGreaterThanOrEqual(5);
  ctrlC(first);
  await first.ended;
  await until(async () => !running.some(isAlive), 'the end of every process');

  const second = npmStart();
  const again = pageIn(await second.ready);
  await until(async () => outcomeOn((await cards(again))[0]!) !== null, 'the end of the deployment');
  const [card, ...others] = await cards(again);
  expect(outcomeOn(card!)).toBe('deployed');
  expect(others).toEqual([]);
  const rest = familyOf(second.pid);
  ctrlC(second);
  await second.ended;
  await until(async () => !rest.some(isAlive), 'the end of every process');
});

test('a folder that is held is not opened, and its holder is named', async () => {
  const holder = start({ PORT: '0', SLIPWAY_HOME: join(folder, 'home') });
  await holder.ready;
  familyOf(holder.pid);
  const second = start({ PORT: '0', SLIPWAY_HOME: join(folder, 'home') });
  expect(await second.ended).toEqual({ code: 1, signal: null });
  expect(second.lastLines().join('\n')).toContain(`is in use by process ${holder.pid},`);
  expect(holder.isRunning()).toBe(true);
  holder.signal('SIGTERM');
  expect(await holder.ended).toEqual({ code: 0, signal: null });
});

test('a port that is taken is said plainly, and nothing is left running', async () => {
  const first = start({ PORT: '0', SLIPWAY_HOME: join(folder, 'home') });
  const port = new URL(pageIn(await first.ready)).port;
  familyOf(first.pid);
  const second = start({ PORT: port, SLIPWAY_HOME: join(folder, 'other') });
  expect(await second.ended).toEqual({ code: 1, signal: null });
  expect(second.lastLines()).toEqual([
    `Port ${port} is taken by another process.`,
    `Choose another one: PORT=${Number(port) + 1} npm start`,
  ]);
  expect(existsSync(placesIn(join(folder, 'other', 'local')).lock)).toBe(false);
  first.signal('SIGTERM');
  expect(await first.ended).toEqual({ code: 0, signal: null });
});

function start(env: Readonly<Record<string, string>>): Program {
  const program = startProgram({ args: [], cwd: folder, env });
  seen.add(program.pid);
  return program;
}

/** In a process group of its own, as at a terminal, where ctrl-C reaches everybody in it. */
function npmStart(): Program {
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    PORT: '0',
    SLIPWAY_HOME: join(folder, 'home'),
  };
  const child = spawn('npm', ['start'], { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const program = watch(child);
  seen.add(program.pid);
  return program;
}

function ctrlC({ pid }: Program): void {
  process.kill(-pid, 'SIGINT');
}

/** It and everything that was started by it. */
function familyOf(pid: number): number[] {
  const all = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  const family = [pid];
  for (const parent of family) {
    family.push(...all.flatMap(([child, of]) => (of === parent && child !== undefined ? [child] : [])));
  }
  for (const member of family) seen.add(member);
  return family;
}

function pageIn(said: string): string {
  const [, url] = /Look here: +(http:\S+)/.exec(said) ?? [];
  return url ?? '';
}

async function type(page: string, text: string): Promise<void> {
  const act = { kind: 'say', channel: 'C0DEPLOYS', text, threadTs: null };
  const answer = await fetch(`${page}/page/act`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user: 'U0ADA', act }),
  });
  expect(await answer.json()).toMatchObject({ ok: true });
}

async function cards(page: string): Promise<readonly MessageView[]> {
  const snapshot = (await (await fetch(`${page}/page/state?user=U0ADA`)).json()) as Snapshot;
  const messages = snapshot.messages['C0DEPLOYS'] ?? [];
  return messages.filter(({ text, threadTs }) => threadTs === null && text.startsWith('api v2 → staging'));
}

async function until(isSo: () => Promise<boolean>, what: string): Promise<void> {
  const untilMs = performance.now() + 120_000;
  while (!(await isSo())) {
    if (performance.now() > untilMs) throw new Error(`${what} did not come`);
    await sleep(100);
  }
}
