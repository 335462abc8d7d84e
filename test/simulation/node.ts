import type { Clock } from '../../src/engine/parts.ts';
import type { Incident } from './faults.ts';
import type { Random } from './random.ts';
import type { Scheduler } from './scheduler.ts';

/**
 * One process: what it awaits outside itself goes through here. When it crashes, nothing that it awaited ever comes
 * back; when it is paused, everything comes back afterwards, in any order.
 */
export type Node = {
  /** Different for every start of it. */
  readonly owner: string;
  readonly clock: Clock;
  isAlive(): boolean;
  isPaused(): boolean;
  cross<T>(crossing: Crossing<T>): Promise<T>;
  /** Runs it inside this process when it can; never after a crash. */
  deliver(call: () => void): void;
  crash(downMs: number): void;
  pause(ms: number): void;
  /** Its clock jumps; sleeping is not changed by that. */
  jump(ms: number): void;
};

export type Crossing<T> = {
  readonly label: string;
  /** Whether it belongs to the work on a deployment, and not to looking whether there is any. */
  readonly isWork: boolean;
  readonly thereMs: number;
  readonly backMs: number;
  /** What is done on the other side when it arrives; what it throws comes back. */
  act(): T | Promise<T>;
  /** Never arrives, or arrives and is never answered; null is as it should be. */
  readonly lost: { readonly what: 'request' | 'answer'; readonly afterMs: number; error(): unknown } | null;
};

export type NodeNeeds = {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly owner: string;
  readonly offsetMs: number;
  /** How fast its clock goes. */
  readonly rate: number;
  /** Counts the crossing, and says what happens to the node at it. */
  incidentAt(label: string, isWork: boolean): Incident | null;
  crashed(downMs: number): void;
  /** Somebody stops what runs. */
  stopped(): void;
};

export function openNode(needs: NodeNeeds): Node {
  const { scheduler, random, owner } = needs;
  let isAlive = true;
  let pausedUntilMs = 0;
  let offsetMs = needs.offsetMs;
  const isPaused = () => scheduler.nowMs() < pausedUntilMs;

  function deliver(call: () => void): void {
    if (!isAlive) return;
    if (!isPaused()) {
      call();
      return;
    }
    const inMs = pausedUntilMs - scheduler.nowMs() + random.between(0, 2);
    scheduler.after(inMs, `${owner} wakes`, () => deliver(call));
  }
  function crash(downMs: number): void {
    if (!isAlive) return;
    isAlive = false;
    scheduler.note(`${owner} CRASHES`);
    needs.crashed(downMs);
  }
  function pause(ms: number): void {
    scheduler.note(`${owner} is PAUSED for ${Math.round(ms)} ms`);
    pausedUntilMs = Math.max(pausedUntilMs, scheduler.nowMs() + ms);
  }
  function cross<T>(crossing: Crossing<T>): Promise<T> {
    const { label, lost } = crossing;
    const incident = needs.incidentAt(label, crossing.isWork);
    if (incident?.kind === 'crash-before') {
      scheduler.note(`${owner} at ${label}`);
      crash(incident.downMs);
    }
    if (!isAlive) return new Promise(() => undefined);
    const answered = new Promise<T>((resolve, reject) => {
      const back = (ms: number, call: () => void) =>
        scheduler.after(ms, `${owner} < ${label}`, () => deliver(call));
      if (lost !== null) back(lost.afterMs, () => reject(lost.error()));
      if (lost?.what === 'request') return;
      scheduler.after(crossing.thereMs, `${owner} > ${label}`, () => {
        const answer = (call: () => void) => {
          if (lost === null) back(crossing.backMs, call);
        };
        carriedOut(crossing).then(
          (value) => answer(() => resolve(value)),
          (error: unknown) => answer(() => reject(error)),
        );
      });
    });
    if (incident?.kind === 'crash-after') {
      scheduler.note(`${owner} after ${label}`);
      crash(incident.downMs);
    }
    if (incident?.kind === 'pause') pause(incident.ms);
    if (incident?.kind === 'jump') offsetMs += incident.ms;
    if (incident?.kind === 'stop') needs.stopped();
    return answered;
  }
  return {
    owner,
    clock: {
      nowMs: () => Math.round(scheduler.nowMs() * needs.rate + offsetMs),
      sleep: (ms, signal) => sleep(scheduler, owner, ms / needs.rate, signal, deliver),
    },
    isAlive: () => isAlive,
    isPaused,
    cross,
    deliver,
    crash,
    pause,
    jump: (ms) => {
      offsetMs += ms;
    },
  };
}

async function carriedOut<T>({ act }: Crossing<T>): Promise<T> {
  return act();
}

function sleep(
  scheduler: Scheduler,
  owner: string,
  ms: number,
  signal: AbortSignal | undefined,
  deliver: Node['deliver'],
): Promise<void> {
  if (signal?.aborted === true) return Promise.resolve();
  return new Promise((resolve) => {
    const wake = () => {
      callOff();
      signal?.removeEventListener('abort', wake);
      resolve();
    };
    const callOff = scheduler.after(ms, `${owner} slept`, () => deliver(wake));
    signal?.addEventListener('abort', wake);
  });
}
