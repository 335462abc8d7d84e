import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** The one line that installs every server and browser that the tests can use. */
export const INSTALL =
  'apt-get install -y postgresql redis-server chromium haproxy prometheus prometheus-alertmanager';

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

/** A server process of ours. */
export type Running = {
  isOver(): boolean;
  /** Sends the signal, and waits for the end of the server. */
  kill(signal: NodeJS.Signals): Promise<void>;
};

/**
 * Runs the server, and says its process id. When the other end of its input goes away, because the process of the test
 * ended, however it ended, it ends the server too.
 */
const KEEPER = `
  exec 3<&0
  "$@" </dev/null >/dev/null 2>&1 3<&- &
  server=$!
  echo $server
  { cat <&3 >/dev/null; kill -QUIT $server && sleep 1 && kill -KILL $server; } >/dev/null 2>&1 &
  wait $server
`;

export async function run(program: string, args: readonly string[], as: Person | null): Promise<Running> {
  const keeper = spawn('sh', ['-c', KEEPER, 'sh', program, ...args], {
    stdio: ['pipe', 'pipe', 'ignore'],
    ...as,
  });
  const ended = once(keeper, 'exit');
  const [said] = await once(keeper.stdout, 'data');
  const pid = Number(String(said));
  return {
    isOver: () => keeper.exitCode !== null || keeper.signalCode !== null,
    kill: async (signal) => {
      try {
        process.kill(pid, signal);
      } catch {
        // It is over already.
      }
      await ended;
      keeper.stdin.destroy();
    },
  };
}

const READY_WITHIN_MS = 120_000;

/** Waits until the server answers, or says what it said last. */
export async function untilReady(
  what: string,
  answers: () => Promise<unknown>,
  running: Running,
): Promise<void> {
  const deadlineMs = performance.now() + READY_WITHIN_MS;
  for (;;) {
    try {
      await answers();
      return;
    } catch (error) {
      if (running.isOver()) throw new Error(`${what} ended at once`, { cause: error });
      if (performance.now() > deadlineMs) throw new Error(`${what} did not answer`, { cause: error });
      await sleep(50);
    }
  }
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}
