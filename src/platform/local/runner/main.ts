import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import { dirname } from 'node:path';
import { placesIn } from '../places.ts';
import { type Answer, type CallName, EXIT_HELD, PROTOCOL, RunnerSettings } from '../protocol.ts';
import { dropLock, holds, takeLock } from './lock.ts';
import { listenNear, portOf } from './proxy.ts';
import { Runner } from './runner.ts';
import { serveCalls, serveMetrics } from './serve.ts';

/*
 * The runner: the process that keeps the services of one home folder and their doors. It outlives whoever started it,
 * but not its lease: when nobody has called for that long, or its folder is gone, it ends and takes everything along.
 */
const WATCH_MS = 1_000;
const SAMPLE_EVERY = 2;
const END_GRACE_MS = 2_000;
/** So that an answer that is on its way arrives. */
const LAST_WORDS_MS = 50;

const settings = RunnerSettings.parse(JSON.parse(process.argv[2] ?? ''));
const { lock, state } = placesIn(settings.folder);
const self = { pid: process.pid, socketPath: settings.socketPath };
if (!(await takeLock(lock, self))) process.exit(EXIT_HELD);

const runner = await open();
const metrics = serveMetrics(runner.meter);
await listenNear(metrics, runner.metricsPort);
runner.metricsPort = portOf(metrics);

let heardAtMs = performance.now();
const server = serveCalls(answer, () => {
  heardAtMs = performance.now();
});
await listenPrivately(server, settings.socketPath);

let ticks = 0;
let ending: Promise<void> | null = null;
setInterval(() => {
  ticks += 1;
  if (ticks % SAMPLE_EVERY === 0) runner.sample();
  if (!isWanted()) void end();
}, WATCH_MS);
process.on('SIGTERM', () => void end());
process.on('SIGINT', () => void end());

/** What keeps it from coming up is left in its log, in words, for whoever started it. */
async function open(): Promise<Runner> {
  try {
    return await Runner.open({
      statePath: state,
      servicesFolder: settings.servicesFolder,
      given: settings.given,
      rhythm: { startingProbeMs: 100, healthyProbeMs: 2_000, probeDeadlineMs: 2_000, endGraceMs: 5_000 },
      drainMs: 5_000,
      comeBackMs: 30_000,
      nowMs: () => Date.now(),
      monotonicMs: () => performance.now(),
      newLetters: () => randomBytes(4).toString('hex'),
    });
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    dropLock(lock, self);
    process.exit(1);
  }
}

function isWanted(): boolean {
  const isLeased = performance.now() - heardAtMs < settings.leaseMs;
  return isLeased && holds(lock, self) && existsSync(settings.socketPath);
}

async function answer(name: CallName, ask: unknown): Promise<unknown> {
  if (name === 'hello') return hello();
  if (name !== 'shutDown') return (runner.answers[name] as (ask: unknown) => Promise<unknown>)(ask);
  await runner.suspend(END_GRACE_MS);
  setImmediate(() => void end());
  return { pid: process.pid };
}

function hello(): Answer<'hello'> {
  const { servicesFolder } = settings;
  const metricsUrl = `http://127.0.0.1:${portOf(metrics)}/metrics`;
  return { protocol: PROTOCOL, pid: process.pid, servicesFolder, metricsUrl };
}

function end(): Promise<void> {
  ending ??= runner.suspend(END_GRACE_MS).then(() => {
    rmSync(dirname(settings.socketPath), { recursive: true, force: true });
    dropLock(lock, self);
    setTimeout(() => process.exit(0), LAST_WORDS_MS);
  });
  return ending;
}

/** Whoever may open the socket may run things here: only this user may. */
async function listenPrivately(on: Server, path: string): Promise<void> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  rmSync(path, { force: true });
  await new Promise<void>((resolve, reject) => {
    on.once('error', reject);
    on.listen(path, resolve);
  });
  chmodSync(path, 0o600);
}
