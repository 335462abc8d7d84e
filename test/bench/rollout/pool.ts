import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Cell } from './cell.ts';
import type { Course } from './course.ts';

/** A handful of rollouts of one cell, for one core. */
export type Job = {
  readonly cell: Cell;
  readonly firstSeed: number;
  readonly rollouts: number;
  readonly judges: readonly string[];
};

type Waiting = { readonly job: Job; readonly done: (courses: Course[]) => void };

/** Spreads jobs over the cores. `close` ends the threads. */
export type Pool = { run(job: Job): Promise<Course[]>; close(): Promise<void> };

export function openPool(threads = availableParallelism()): Pool {
  const waiting: Waiting[] = [];
  const idle: Worker[] = [];
  const workers = Array.from(
    { length: threads },
    // A rollout is a few megabytes that are all forgotten at its end: with room for one, collecting them costs little.
    () =>
      new Worker(new URL('./worker.js', import.meta.url), {
        resourceLimits: { maxYoungGenerationSizeMb: 96 },
      }),
  );
  for (const worker of workers) {
    idle.push(worker);
    worker.on('error', (error) => {
      throw error;
    });
  }

  function feed(): void {
    while (idle.length > 0 && waiting.length > 0) {
      const worker = idle.pop();
      const next = waiting.shift();
      if (worker === undefined || next === undefined) return;
      worker.once('message', (courses: Course[]) => {
        idle.push(worker);
        feed();
        next.done(courses);
      });
      worker.postMessage(next.job);
    }
  }

  return {
    run: (job) =>
      new Promise((done) => {
        waiting.push({ job, done });
        feed();
      }),
    async close() {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}
