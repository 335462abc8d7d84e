import { spawn } from 'node:child_process';
import { closeSync, lstatSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Failed } from '../../core/failure.ts';
import { type Connect, call, NotThere } from './client.ts';
import { placesIn, socketPathFor } from './places.ts';
import {
  type Answer,
  type Ask,
  type CallName,
  EXIT_HELD,
  PROTOCOL,
  type RunnerSettings,
} from './protocol.ts';
import { dropLock, isAlive, readHolder } from './runner/lock.ts';

export type KeeperOptions = {
  readonly folder: string;
  readonly servicesFolder: string;
  readonly temporaryFolder: string;
  readonly leaseMs: number;
  readonly pingMs: number;
  readonly deadlineMs: number;
  readonly startDeadlineMs: number;
  readonly connect: Connect;
  readonly given: Readonly<Record<string, string>>;
};

const POLL_MS = 25;
const HELLO_DEADLINE_MS = 2_000;
/** Services get two seconds to end, the doors and the answer the rest. */
const SHUT_DOWN_DEADLINE_MS = 6_000;

/** The compiled runner: child processes run what was compiled, also where the rest runs from source. */
const RUNNER = fileURLToPath(
  import.meta.url.endsWith('.ts')
    ? new URL('../../../dist/src/platform/local/runner/main.js', import.meta.url)
    : new URL('./runner/main.js', import.meta.url),
);

/**
 * Keeps a runner at hand: starts one where none runs, lets it know that it is still wanted, and starts another when it
 * has died, until it is told to shut down.
 */
export class Keeper {
  readonly #options: KeeperOptions;
  readonly #folder: string;
  #starting: Promise<void> | null = null;
  #pinging: NodeJS.Timeout | null = null;
  #isShut = false;

  constructor(options: KeeperOptions) {
    this.#options = options;
    this.#folder = resolve(options.folder);
  }

  /** @throws {Failed} `unavailable` when there is no runner and none can be started; otherwise as `call` does. */
  async call<Name extends CallName>(
    name: Name,
    ask: () => Ask<Name>,
    deadlineMs?: number,
  ): Promise<Answer<Name>> {
    this.#refuseWhenShut();
    this.#keepPinging();
    try {
      return await this.#callOnce(name, ask(), deadlineMs);
    } catch (error) {
      if (!(error instanceof NotThere)) throw error;
    }
    await this.start();
    return this.#callOnce(name, ask(), deadlineMs).catch((error: unknown) => {
      throw error instanceof NotThere ? unavailable(`the runner went away: ${error.message}`) : error;
    });
  }

  /** Returns when a runner answers. @throws {Failed} `unavailable`. */
  start(): Promise<void> {
    this.#refuseWhenShut();
    this.#keepPinging();
    this.#starting ??= this.#begin().finally(() => {
      this.#starting = null;
    });
    return this.#starting;
  }

  /** Stops caring. The runner goes on until its lease runs out or somebody else cares. */
  stop(): void {
    this.#isShut = true;
    if (this.#pinging !== null) clearInterval(this.#pinging);
  }

  /** Ends the runner and everything that it runs. Returns when their processes are gone; harmless when none runs. */
  async shutDown(): Promise<void> {
    await this.#starting?.catch(() => undefined);
    this.stop();
    await this.#endRunner();
  }

  async #begin(): Promise<void> {
    const greeted = await this.#hello();
    if (greeted !== null && this.#suits(greeted)) return;
    if (greeted !== null) await this.#endRunner();
    await this.#spawn();
  }

  async #spawn(): Promise<void> {
    const { servicesFolder, leaseMs, temporaryFolder, startDeadlineMs, given } = this.#options;
    const folder = this.#folder;
    const socketPath = socketPathFor(folder, temporaryFolder);
    const services = resolve(servicesFolder);
    const settings: RunnerSettings = { folder, servicesFolder: services, leaseMs, socketPath, given };
    mkdirSync(folder, { recursive: true });
    makePrivate(dirname(socketPath));
    const log = openSync(placesIn(folder).log, 'w', 0o600);
    const child = spawn(process.execPath, ['--max-semi-space-size=2', RUNNER, JSON.stringify(settings)], {
      cwd: folder,
      detached: true,
      env: {},
      stdio: ['ignore', 'ignore', log],
    });
    closeSync(log);
    child.unref();
    let exitCode: number | null = null;
    child.once('exit', (code, signal) => {
      exitCode = code ?? (signal === null ? null : -1);
    });
    child.once('error', () => {
      exitCode = -1;
    });
    const until = performance.now() + startDeadlineMs;
    while (performance.now() < until) {
      if ((await this.#hello()) !== null) return;
      if (exitCode !== null && exitCode !== EXIT_HELD) break;
      await sleep(POLL_MS);
    }
    throw unavailable(`the runner of ${folder} does not come up`, lastLines(placesIn(folder).log));
  }

  /** Null when there is no runner or it does not answer. */
  async #hello(): Promise<Answer<'hello'> | null> {
    return this.#callOnce('hello', {}, HELLO_DEADLINE_MS).catch(() => null);
  }

  /** A runner of another version of the program, or for other services, is of no use to us. */
  #suits({ protocol, servicesFolder }: Answer<'hello'>): boolean {
    return protocol === PROTOCOL && servicesFolder === resolve(this.#options.servicesFolder);
  }

  async #callOnce<Name extends CallName>(
    name: Name,
    ask: Ask<Name>,
    deadlineMs = this.#options.deadlineMs,
  ): Promise<Answer<Name>> {
    const holder = readHolder(placesIn(this.#folder).lock);
    if (holder === null) throw new NotThere('no runner holds the folder');
    return call({ socketPath: holder.socketPath, connect: this.#options.connect, deadlineMs }, name, ask);
  }

  /** One that does not end when asked is killed with its whole group: the services are in it. */
  async #endRunner(): Promise<void> {
    const holder = readHolder(placesIn(this.#folder).lock);
    if (holder === null) return;
    const answered = await this.#callOnce('shutDown', {}, SHUT_DOWN_DEADLINE_MS).catch(
      (error: unknown) => error,
    );
    if (!(answered instanceof NotThere)) await endProcess(holder.pid);
    if (isAlive(holder.pid)) return;
    // What one that was killed has left behind; one that ended by itself has left nothing.
    dropLock(placesIn(this.#folder).lock, holder);
    rmSync(dirname(holder.socketPath), { recursive: true, force: true });
  }

  #keepPinging(): void {
    if (this.#pinging !== null) return;
    this.#pinging = setInterval(() => {
      void this.#callOnce('hello', {}, HELLO_DEADLINE_MS).catch((error: unknown) => {
        if (error instanceof NotThere) void this.start().catch(() => undefined);
      });
    }, this.#options.pingMs);
    this.#pinging.unref();
  }

  #refuseWhenShut(): void {
    if (this.#isShut) throw unavailable('this platform has been closed');
  }
}

/** A folder that somebody else made there first is not used: what listens in it could be theirs. */
function makePrivate(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const found = lstatSync(folder);
  const isOurs = found.isDirectory() && (process.getuid === undefined || found.uid === process.getuid());
  const isPrivate = (found.mode & 0o077) === 0;
  if (!isOurs || !isPrivate) throw unavailable(`${folder} is not ours alone: remove it and try again`);
}

/** Gives it a moment to end by itself. */
async function endProcess(pid: number): Promise<void> {
  const until = performance.now() + HELLO_DEADLINE_MS;
  while (isAlive(pid) && performance.now() < until) await sleep(POLL_MS);
  if (isAlive(pid)) killGroup(pid);
  while (isAlive(pid) && performance.now() < until + HELLO_DEADLINE_MS) await sleep(POLL_MS);
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It went by itself meanwhile.
  }
}

function lastLines(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').trim().split('\n').slice(-10);
  } catch {
    return [];
  }
}

function unavailable(message: string, evidence: string[] = []): Failed {
  return new Failed({ code: 'unavailable', message, retryAfterMs: 2_000, evidence });
}
