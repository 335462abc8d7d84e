import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';

/** The real program in processes of its own, as people start it. */
export type Program = {
  readonly pid: number;
  /** From the start to its word that it is ready. */
  readonly readyMs: number;
  /** The workspace's address; empty where there is none. */
  readonly pageUrl: string;
  /** As ctrl-C does; resolves when it is gone. */
  stop(): Promise<void>;
};

export type Start = {
  readonly command: readonly [string, ...string[]];
  readonly environment: Readonly<Record<string, string>>;
};

export const program = ['node', 'dist/src/main.js'] as const;

const READY_WITHIN_MS = 120_000;

export async function startProgram({ command, environment }: Start): Promise<Program> {
  const [file, ...args] = command;
  const beganAtMs = performance.now();
  const child = spawn(file, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PORT: '0', ...environment },
    // A group of its own, so that it is interrupted as a terminal would do it, with all that it started.
    detached: true,
  });
  const interrupt = () => void kill(child, 'SIGINT');
  process.once('exit', interrupt);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const said = await untilReady(child);
  const readyMs = performance.now() - beganAtMs;
  return {
    pid: child.pid ?? 0,
    readyMs,
    pageUrl: /Look here:\s+(\S+)/.exec(said)?.[1] ?? '',
    async stop() {
      interrupt();
      await ended;
      process.off('exit', interrupt);
    },
  };
}

function kill(child: ChildProcess, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(-(child.pid ?? 0), signal);
  } catch {
    return false;
  }
}

function untilReady(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const late = setTimeout(() => reject(new Error(`not ready in time: ${said}`)), READY_WITHIN_MS);
    child.once('exit', (code) => reject(new Error(`ended with code ${code}: ${said}`)));
    child.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    child.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      // The last of its first words.
      if (!/Ctrl-C ends it/.test(said)) return;
      clearTimeout(late);
      resolve(said);
    });
  });
}

const Acted = z.object({ ok: z.boolean(), error: z.string().optional() });

/** What Ada types into the channel of deployments. @throws when the workspace shows her an error. */
export async function type(pageUrl: string, text: string): Promise<void> {
  const act = { kind: 'say', channel: 'C0DEPLOYS', text, threadTs: null };
  const answer = await fetch(`${pageUrl}/page/act`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user: 'U0ADA', act }),
  });
  const acted = Acted.parse(await answer.json());
  if (!acted.ok) throw new Error(`${text}: ${acted.error}`);
}

const State = z.object({
  wire: z.array(
    z.object({ at: z.number(), direction: z.string(), what: z.string(), tookMs: z.number().nullable() }),
  ),
});

/** When the workspace had the ack of the newest slash command, by this machine's clock. */
export async function ackedAtMs(pageUrl: string): Promise<number> {
  const { wire } = State.parse(await (await fetch(`${pageUrl}/page/state?user=U0ADA`)).json());
  const line = wire.findLast(
    ({ direction, what }) => direction === 'to-bot' && what.includes('slash_commands'),
  );
  if (line === undefined || line.tookMs === null) throw new Error('no command was acked');
  return line.at + line.tookMs;
}

const Call = z.object({
  at: z.number(),
  method: z.string(),
  wasDone: z.boolean(),
  ts: z.string().nullable(),
  args: z.record(z.string(), z.unknown()),
});
export type Call = z.infer<typeof Call>;

/** Every call of the Web API that the workspace has carried out. */
export async function ledger(pageUrl: string): Promise<Call[]> {
  const calls = z.array(Call).parse(await (await fetch(`${pageUrl}/page/ledger`)).json());
  return calls.filter(({ wasDone }) => wasDone);
}

/** Waits until something is there. */
export async function until<T>(
  what: string,
  withinMs: number,
  look: () => Promise<T | null> | T | null,
): Promise<T> {
  const deadlineMs = performance.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    if (performance.now() > deadlineMs) throw new Error(`${what} did not come`);
    await sleep(100);
  }
}
