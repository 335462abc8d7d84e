import { setTimeout as sleep } from 'node:timers/promises';
import { type Ended, type Launch, type Program, startProgram } from './program.ts';

/** A process that somebody keeps running: whenever it ends it is started again, as a supervisor does. */
export type Member = {
  readonly name: string;
  /** Whether it has said that it is ready since it was started last. */
  isReady(): boolean;
  isPaused(): boolean;
  untilReady(): Promise<void>;
  /** Ends it at once, whatever it is doing, and starts it again after a pause. */
  kill9(pauseMs: number): Promise<void>;
  /** Stops it for a while without its noticing, as a machine that is suspended does. */
  pause(ms: number): Promise<void>;
  /** Asks it to end, waits until it has, and starts it again. */
  replace(): Promise<void>;
  /** Asks it to end, and keeps it so until `start`. */
  end(): Promise<void>;
  start(): void;
  lastLines(): readonly string[];
};

export type Supervision = {
  /** What it said when it was ready, each time. */
  onReady(said: string): void;
  /** It ended without having been told to, or badly when it was. */
  onTrouble(say: string): void;
  /** Whether it may end by itself like this just now. */
  mayEnd(ended: Ended): boolean;
};

const END_WITHIN_MS = 60_000;
const RESTART_AFTER_MS = 200;

export function keepRunning(name: string, launch: Launch, supervision: Supervision): Member {
  let isOver = false;
  let isReady = false;
  let isPaused = false;
  /** The one whose end was asked for. */
  let told: Program | null = null;
  let program = begin();

  function begin(): Program {
    const started = startProgram(launch);
    isReady = false;
    started.ready.then(
      (said) => {
        if (started !== program) return;
        isReady = true;
        supervision.onReady(said);
      },
      () => undefined,
    );
    void started.ended.then(async (ended) => {
      if (started === told || isOver) return;
      if (!supervision.mayEnd(ended)) supervision.onTrouble(farewell(name, ended, started));
      await sleep(RESTART_AFTER_MS);
      if (!isOver && started === program) program = begin();
    });
    return started;
  }
  /** Asked in the middle of an end of its own, it ends at once. */
  function wasEnding(): boolean {
    return program.lastLines().some((line) => line.includes('this process cannot go on'));
  }
  async function askToEnd(): Promise<void> {
    told = program;
    program.signal('SIGCONT');
    program.signal('SIGTERM');
    const late = new AbortController();
    const ended = await Promise.race([
      program.ended,
      sleep(END_WITHIN_MS, null, { signal: late.signal }).catch(() => null),
    ]);
    late.abort();
    if (ended === null) {
      supervision.onTrouble(`${name} did not end within ${END_WITHIN_MS / 1_000} s after SIGTERM`);
      program.signal('SIGKILL');
      await program.ended;
    } else if (ended.code !== 0 && isReady && !(wasEnding() && supervision.mayEnd(ended))) {
      supervision.onTrouble(`after SIGTERM, ${farewell(name, ended, program)}`);
    }
  }

  return {
    name,
    isReady: () => isReady && program.isRunning() && program !== told,
    isPaused: () => isPaused,
    async untilReady() {
      while (!isReady) {
        await program.ready.catch(() => undefined);
        await sleep(20);
      }
    },
    async kill9(pauseMs) {
      told = program;
      program.signal('SIGKILL');
      await program.ended;
      await sleep(pauseMs);
      program = begin();
    },
    async pause(ms) {
      const paused = program;
      isPaused = true;
      paused.signal('SIGSTOP');
      await sleep(ms);
      paused.signal('SIGCONT');
      isPaused = false;
    },
    async replace() {
      await askToEnd();
      program = begin();
    },
    async end() {
      isOver = true;
      if (program.isRunning()) await askToEnd();
    },
    start() {
      isOver = false;
      program = begin();
    },
    lastLines: () => program.lastLines(),
  };
}

function farewell(name: string, { code, signal }: Ended, program: Program): string {
  return `${name} ended with ${signal ?? code}: ${program.lastLines().slice(-8).join('\n')}`;
}
