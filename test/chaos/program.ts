import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../dist/src/main.js', import.meta.url));
const LINES_KEPT = 60;

/** One process of the whole program, as people start it. It never outlives us. */
export type Program = {
  readonly pid: number;
  /** What it said when it was ready. @throws when it ends before, or is not ready in time. */
  readonly ready: Promise<string>;
  readonly ended: Promise<Ended>;
  isRunning(): boolean;
  signal(signal: NodeJS.Signals): void;
  /** The newest lines that it wrote, to both of its outputs. */
  lastLines(): readonly string[];
};

export type Ended = { readonly code: number | null; readonly signal: NodeJS.Signals | null };

export type Launch = {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Node's own, before the program. */
  readonly flags?: readonly string[];
};

const READY_WITHIN_MS = 240_000;
const READY = 'Slipway is ready';
const READY_ENDS = 'Ctrl-C ends it';

export function startProgram({ args, cwd, env, flags = [] }: Launch): Program {
  return watch(
    spawn(process.execPath, [...flags, MAIN, ...args], {
      cwd,
      env: { PATH: process.env['PATH'] ?? '', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );
}

/** Takes a process that was just started with both of its outputs in pipes. */
export function watch(child: ChildProcess): Program {
  let text = '';
  let lines: string[] = [];
  const killWithUs = () => child.kill('SIGKILL');
  process.once('exit', killWithUs);
  const ended = new Promise<Ended>((resolve) => {
    child.once('error', () => resolve({ code: null, signal: null }));
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  void ended.then(() => process.off('exit', killWithUs));
  const take = (piece: Buffer) => {
    lines = [...lines, ...piece.toString('utf8').split('\n').filter(Boolean)].slice(-LINES_KEPT);
  };
  child.stderr?.on('data', take);
  const ready = new Promise<string>((resolve, reject) => {
    const late = setTimeout(
      () => reject(new Error(`not ready in time\n${lines.join('\n')}`)),
      READY_WITHIN_MS,
    );
    child.stdout?.on('data', (piece: Buffer) => {
      take(piece);
      text += piece.toString('utf8');
      if (!text.includes(READY) || !text.includes(READY_ENDS)) return;
      clearTimeout(late);
      resolve(text);
    });
    void ended.then(({ code, signal }) => {
      clearTimeout(late);
      reject(new Error(`ended with ${signal ?? code} before it was ready\n${lines.join('\n')}`));
    });
  });
  ready.catch(() => undefined);
  return {
    pid: child.pid ?? 0,
    ready,
    ended,
    isRunning: () => child.exitCode === null && child.signalCode === null,
    signal: (signal) => void child.kill(signal),
    lastLines: () => lines,
  };
}
