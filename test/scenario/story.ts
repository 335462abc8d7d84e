import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { Call } from '../../src/local/workspace/ledger.ts';
import type { Faults } from '../../src/local/workspace/page-contract.ts';
import { type Person, personAt } from './person.ts';
import { until } from './until.ts';

/** The whole program in a process of its own, in a folder of its own, as somebody starts it who has just cloned it. */
export type Story = {
  /** Where the workspace's page is. Another one after every start. */
  url(): string;
  readonly folder: string;
  readonly home: string;
  /** Everything that the program has written to its terminal, of all its starts. */
  said(): string;
  as(user: string): Promise<Person>;
  ledger(): Promise<readonly Call[]>;
  faults(faults: Partial<Faults>): Promise<void>;
  configure(text: string): Promise<void>;
  start(): Promise<void>;
  /** Ends the program; its exit code, or null when it was killed. */
  end(signal: NodeJS.Signals): Promise<number | null>;
  /** To the process that keeps the services of the local platform, and to nobody else. */
  signalRunner(signal: NodeJS.Signals): Promise<void>;
  /** Ends everything and leaves nothing behind. */
  close(): Promise<void>;
};

export type StoryOptions = {
  readonly configuration?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Where the workspace is, when it is not the one that the program brings along. */
  readonly workspaceUrl?: string;
};

export const noFaults: Faults = {
  latencyMs: 0,
  serverErrorPercent: 0,
  rateLimitPercent: 0,
  dropAfterPercent: 0,
  doubleDelivery: false,
};

const MAIN = resolve('dist/src/main.js');
const READY_WITHIN_MS = 180_000;

export async function openStory({
  configuration = SHORT,
  environment = {},
  workspaceUrl,
}: StoryOptions = {}): Promise<Story> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-story-'));
  const home = join(folder, 'home');
  await mkdir(home);
  await writeFile(join(folder, 'slipway.yml'), configuration);
  const people = new Map<string, Promise<Person>>();
  let program: Program | null = null;
  let url = workspaceUrl ?? '';
  let said = '';

  async function start(): Promise<void> {
    program = run([], folder, { SLIPWAY_HOME: home, PORT: '0', ...environment });
    const { output, ended } = program;
    const ready = until(() => output().includes('Slipway is ready'), READY_WITHIN_MS, output);
    const code = await Promise.race([ready, ended]);
    if (!output().includes('Slipway is ready')) throw new Error(`It ended with ${code}:\n${output()}`);
    url = workspaceUrl ?? /Look here: +(\S+)/.exec(output())?.[1] ?? '';
  }
  async function letGo(): Promise<void> {
    for (const person of people.values()) (await person).leave();
    people.clear();
  }
  async function end(signal: NodeJS.Signals): Promise<number | null> {
    if (program === null) return null;
    const { output, ended, kill } = program;
    program = null;
    if (workspaceUrl === undefined) await letGo();
    kill(signal);
    const code = await ended;
    said += output();
    return code;
  }

  const story: Story = {
    url: () => url,
    folder,
    home,
    said: () => said + (program?.output() ?? ''),
    as(user) {
      const known = people.get(user);
      const person = known ?? personAt(url, user);
      people.set(user, person);
      return person;
    },
    ledger: async () => (await (await fetch(`${url}/page/ledger`)).json()) as readonly Call[],
    async faults(faults) {
      await (await story.as('U0ADA')).act({ kind: 'set-faults', faults: { ...noFaults, ...faults } });
    },
    configure: (text) => writeFile(join(folder, 'slipway.yml'), text),
    start,
    end,
    async signalRunner(signal) {
      const runner = await runnerOf(home);
      if (runner !== null) signalled(runner.pid, signal);
    },
    async close() {
      await end('SIGINT');
      await letGo();
      await endRunner(home);
      await rm(folder, { recursive: true, force: true });
    },
  };
  await start().catch(async (error: unknown) => {
    await story.close();
    throw error;
  });
  return story;
}

/** A run of the program to its end: `check`, or a start that is refused. */
export async function runToEnd(
  args: readonly string[],
  folder: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<{ readonly code: number | null; readonly output: string }> {
  const program = run(args, folder, environment);
  const code = await program.ended;
  return { code, output: program.output() };
}

type Program = {
  output(): string;
  /** Its exit code; null when it was killed. */
  readonly ended: Promise<number | null>;
  kill(signal: NodeJS.Signals): void;
};

/** Ends the program when the process of the test goes away, however that ended. */
const KEEPER = `
  exec 3<&0
  "$@" </dev/null 3<&- &
  program=$!
  echo "pid $program"
  { cat <&3 >/dev/null; kill -INT $program && sleep 10 && kill -KILL $program; } >/dev/null 2>&1 &
  wait $program
`;

function run(
  args: readonly string[],
  folder: string,
  environment: Readonly<Record<string, string>>,
): Program {
  const keeper = spawn('sh', ['-c', KEEPER, 'sh', process.execPath, MAIN, ...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', ...environment },
    stdio: 'pipe',
  });
  let output = '';
  const hear = (piece: Buffer) => {
    output += piece.toString();
  };
  keeper.stdout.on('data', hear);
  keeper.stderr.on('data', hear);
  const ended = once(keeper, 'close').then(([code]) => {
    keeper.stdin.destroy();
    // What a shell makes of a program that was killed.
    return typeof code === 'number' && code < 128 ? code : null;
  });
  return {
    output: () => output.replace(/^pid \d+\n/, ''),
    ended,
    kill(signal) {
      if (keeper.exitCode === null) signalled(Number(/^pid (\d+)\n/.exec(output)?.[1]), signal);
    },
  };
}

type Runner = { readonly pid: number; readonly socketPath: string };

async function runnerOf(home: string): Promise<Runner | null> {
  const lock = await readFile(join(home, 'local', 'runner.lock'), 'utf8').catch(() => null);
  return lock === null ? null : (JSON.parse(lock) as Runner);
}

/** A runner lives on for a while when the program was killed: it is ended here, with its services and its socket. */
async function endRunner(home: string): Promise<void> {
  const runner = await runnerOf(home);
  if (runner === null) return;
  const { pid, socketPath } = runner;
  if (signalled(pid, 'SIGTERM')) await until(() => !signalled(pid, 0), 30_000).catch(() => undefined);
  signalled(-pid, 'SIGKILL');
  await rm(dirname(socketPath), { recursive: true, force: true });
}

/** False when there is nobody any more. */
function signalled(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

const TARGET = (service: string, releaseDeadline: string) => `
        platform: local
        address: { service: ${service} }
        strategy: rolling
        pace: { traffic: [50], observe: 1s, releaseDeadline: ${releaseDeadline} }
        gates: [dependencies-healthy, serves-version]
        criteria: { errorPercentMax: 2, latencyP95MsMax: 2000, memoryMbMax: null, requestsMin: 5 }`;

/** The sample services at a pace at which stories take seconds; everything else as it comes with the program. */
export const SHORT = `
slack: { channel: C0DEPLOYS }
engine: { lease: 4s, reconcileEvery: 1s, lookEvery: 2s }
environments:
  staging: { channel: C0DEPLOYS, protected: false }
services:
  api:
    summary: Answers what web asks
    targets:
      staging:${TARGET('api', '8s')}
  web:
    summary: The pages that people see
    needs: [api]
    targets:
      staging:${TARGET('web', '60s')}
grants:
  - { role: viewer, people: [U0ADA, U0BEN], services: all, environments: all }
  - { role: deployer, people: [U0ADA, U0BEN], services: all, environments: all }
`;
