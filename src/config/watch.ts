import type { Configuration } from './configuration.ts';
import type { Finding } from './finding.ts';
import type { Reading } from './read.ts';

/** A configuration file that may change while the program runs. */
export type Watched = {
  /** The last good one: a broken file never takes it away. */
  current(): Configuration;
  /** Looks at the file now; every caller gets an answer about the file as it was after the call. */
  look(): Promise<void>;
  close(): void;
};

export type Watching = {
  /** Called once for every different good configuration after the first. */
  readonly onChange: (configuration: Configuration) => void;
  /** Called once for every different way in which the file is broken. */
  readonly onProblem: (findings: readonly Finding[]) => void;
  /** Called when the file is as good as the configuration in force again. */
  readonly onRecovery?: () => void;
  /** Calls back again and again until what it returned is called. */
  readonly every: (ms: number, look: () => void) => () => void;
};

/** Files are small and looked at rarely, so they are read again, not watched: that also sees links that move. */
const LOOK_EVERY_MS = 2_000;

/** Keeps the newest good configuration of a file in force, starting with the one that was read already. */
export function watchConfiguration(
  first: Configuration,
  read: () => Promise<Reading>,
  { onChange, onProblem, onRecovery, every }: Watching,
): Watched {
  let current = first;
  let problem = '';
  let last: Promise<void> = Promise.resolve();
  let isClosed = false;

  async function lookOnce(): Promise<void> {
    if (isClosed) return;
    const reading = await read();
    if (isClosed) return;
    if (reading.kind === 'broken') return tellProblem(reading.findings);
    const wasBroken = problem !== '';
    problem = '';
    if (isSame(reading.configuration, current)) {
      if (wasBroken) onRecovery?.();
      return;
    }
    current = reading.configuration;
    onChange(current);
  }

  function tellProblem(findings: readonly Finding[]): void {
    const told = JSON.stringify(findings);
    if (told === problem) return;
    problem = told;
    onProblem(findings);
  }

  /** One look at a time, in the order in which they were asked for. */
  function look(): Promise<void> {
    last = last.then(lookOnce, lookOnce);
    return last;
  }

  const stop = every(LOOK_EVERY_MS, () => void look());
  return {
    current: () => current,
    look,
    close() {
      isClosed = true;
      stop();
    },
  };
}

function isSame(a: Configuration, b: Configuration): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
