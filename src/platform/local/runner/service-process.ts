import { type ChildProcess, spawn } from 'node:child_process';
import { request } from 'node:http';
import { fileURLToPath } from 'node:url';
import type { Health } from '../../platform.ts';
import { type HealthState, newborn, nextHealth, type Probe } from './health.ts';
import { clean, type LogRing } from './log-ring.ts';

export type Launch = {
  /** What Node runs: a compiled file. */
  readonly file: string;
  readonly folder: string;
  readonly heapMb: number;
  readonly port: number;
  /** The whole environment; nothing of ours is inherited. */
  readonly environment: Readonly<Record<string, string>>;
};

export type Rhythm = {
  readonly startingProbeMs: number;
  readonly healthyProbeMs: number;
  readonly probeDeadlineMs: number;
  /** How long a process that was asked to end may take before it is killed. */
  readonly endGraceMs: number;
};

export type Ended = { readonly atMs: number; readonly say: string };

export type ServiceProcess = {
  readonly pid: number | null;
  health(): { readonly health: Health; readonly say: string };
  /** Asks it to end, then makes it. Resolves when it is gone; asking again waits for the same end. */
  end(graceMs?: number): Promise<void>;
  readonly ended: Promise<Ended>;
};

const GUARD = fileURLToPath(
  import.meta.url.endsWith('.ts')
    ? new URL('../../../../dist/src/platform/local/runner/guard.js', import.meta.url)
    : new URL('./guard.js', import.meta.url),
);

/** Starts one service process and keeps asking how it is. There is no shell, and no environment but what is given. */
export function startService(
  launch: Launch,
  log: LogRing,
  rhythm: Rhythm,
  nowMs: () => number,
): ServiceProcess {
  const startedAtMs = nowMs();
  const child = spawn(process.execPath, [...flags(launch), launch.file], {
    cwd: launch.folder,
    env: launch.environment,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  child.stdout?.on('data', (piece: Buffer) => log.take('out', piece, nowMs()));
  child.stderr?.on('data', (piece: Buffer) => log.take('err', piece, nowMs()));

  let state = newborn;
  let ended: Ended | null = null;
  const ending = whenEnded(child).then((how) => {
    log.end(nowMs());
    ended = { atMs: nowMs(), say: farewell(how, nowMs() - startedAtMs, log.last(1)) };
    return ended;
  });
  const stopAsking = keepAsking(launch.port, rhythm, (probe) => {
    state = nextHealth(state, probe);
    return state;
  });
  void ending.then(stopAsking);

  return {
    pid: child.pid ?? null,
    health: () => (ended === null ? state : { health: 'gone', say: ended.say }),
    ended: ending,
    async end(graceMs = rhythm.endGraceMs) {
      if (ended !== null) return;
      child.kill('SIGTERM');
      const kill = setTimeout(() => child.kill('SIGKILL'), graceMs);
      await ending;
      clearTimeout(kill);
    },
  };
}

/** Small: a sample service has little to keep, and several of them run beside the bot on a laptop. */
function flags({ heapMb }: Launch): string[] {
  return [`--max-old-space-size=${heapMb}`, '--max-semi-space-size=1', '--import', GUARD];
}

type How = { readonly code: number | null; readonly signal: string | null; readonly error: Error | null };

/** `close` comes after `exit`, when all of its output has been read; an orphan that holds the pipes cannot delay it. */
function whenEnded(child: ChildProcess): Promise<How> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: null, signal: null, error }));
    child.once('exit', (code, signal) => {
      const settle = () => resolve({ code, signal, error: null });
      const late = setTimeout(settle, OUTPUT_AFTER_EXIT_MS);
      child.once('close', () => {
        clearTimeout(late);
        settle();
      });
    });
  });
}

const OUTPUT_AFTER_EXIT_MS = 500;

/** `exited with code 1 after 0.2 s: error cannot read …`. */
function farewell({ code, signal, error }: How, livedMs: number, [lastLine]: readonly string[]): string {
  const how = signal === null ? `exited with code ${code}` : `was ended by ${signal}`;
  const say = error === null ? how : `could not be started: ${error.message}`;
  return oneLine(`${say} after ${(livedMs / 1_000).toFixed(1)} s: ${lastLine ?? 'it said nothing'}`);
}

const SAY_MAX = 400;

export function oneLine(text: string): string {
  const line = clean(text.replaceAll('\n', ' '));
  return line.length <= SAY_MAX ? line : `${line.slice(0, SAY_MAX - 1)}…`;
}

/** Asks at once, then often until the first good answer, then now and then. Returns what stops it. */
function keepAsking(port: number, rhythm: Rhythm, hear: (probe: Probe) => HealthState): () => void {
  let timer: NodeJS.Timeout | null = null;
  let isStopped = false;
  const ask = async () => {
    const { health } = hear(await probe(port, rhythm.probeDeadlineMs));
    if (isStopped) return;
    timer = setTimeout(ask, health === 'starting' ? rhythm.startingProbeMs : rhythm.healthyProbeMs);
  };
  timer = setTimeout(ask, rhythm.startingProbeMs);
  return () => {
    isStopped = true;
    if (timer !== null) clearTimeout(timer);
  };
}

function probe(port: number, deadlineMs: number): Promise<Probe> {
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(deadlineMs);
    const asking = request({ host: '127.0.0.1', port, path: '/health', agent: false, signal }, (answer) => {
      answer.resume();
      const { statusCode } = answer;
      resolve({ isGood: statusCode === 200, say: `GET /health answers ${statusCode}` });
    });
    asking.on('error', (error) => {
      const why = signal.aborted
        ? `does not answer within ${deadlineMs} ms`
        : `cannot be asked: ${error.message}`;
      resolve({ isGood: false, say: `GET /health ${why}` });
    });
    asking.end();
  });
}
