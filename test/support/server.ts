import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** The one line that installs every server and browser that the tests can use. */
export const INSTALL = 'apt-get install -y postgresql redis-server chromium';

export type Person = { readonly uid: number; readonly gid: number };

/** Somebody who is not root to run a server as; nobody in particular where we are not root ourselves. */
export function unprivileged(): Person | null {
  if (process.getuid?.() !== 0) return null;
  for (const name of ['postgres', 'nobody']) {
    try {
      const id = (flag: string) =>
        Number(execFileSync('id', [flag, name], { stdio: 'pipe', encoding: 'utf8' }));
      return { uid: id('-u'), gid: id('-g') };
    } catch {
      // There is no such person here; try the next.
    }
  }
  throw new Error('neither postgres nor nobody exists on this machine');
}

/** A program by name: on the PATH, or in one of these folders. */
export function findProgram(name: string, folders: readonly string[] = []): string | null {
  const path = (process.env['PATH'] ?? '').split(delimiter);
  return [...folders, ...path].map((folder) => join(folder, name)).find((file) => existsSync(file)) ?? null;
}

export function temporaryFolder(name: string, owner: Person | null): string {
  const folder = mkdtempSync(join(tmpdir(), `slipway-${name}-`));
  if (owner !== null) chownSync(folder, owner.uid, owner.gid);
  return folder;
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A server process of ours, which never outlives us. */
export type Running = { readonly child: ChildProcess; kill(signal: NodeJS.Signals): Promise<void> };

export function run(program: string, args: readonly string[], as: Person | null): Running {
  const child = spawn(program, args, { stdio: 'ignore', ...as });
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  const killWithUs = () => child.kill('SIGQUIT');
  process.once('exit', killWithUs);
  return {
    child,
    kill: async (signal) => {
      child.kill(signal);
      await ended;
      process.off('exit', killWithUs);
    },
  };
}

const READY_WITHIN_MS = 30_000;

/** Waits until the server answers, or says what it said last. */
export async function untilReady(
  what: string,
  answers: () => Promise<unknown>,
  { child }: Running,
): Promise<void> {
  const deadlineMs = performance.now() + READY_WITHIN_MS;
  for (;;) {
    try {
      await answers();
      return;
    } catch (error) {
      if (child.exitCode !== null) throw new Error(`${what} ended with code ${child.exitCode}`);
      if (performance.now() > deadlineMs) throw new Error(`${what} did not answer`, { cause: error });
      await sleep(50);
    }
  }
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}
