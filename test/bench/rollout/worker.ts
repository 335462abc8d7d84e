import { parentPort } from 'node:worker_threads';
import { judgesNamed } from './judges.ts';
import { play } from './play.ts';
import type { Job } from './pool.ts';

parentPort?.on('message', ({ cell, firstSeed, rollouts, judges }: Job) => {
  const chosen = judgesNamed(judges);
  const courses = Array.from({ length: rollouts }, (_, index) => play(firstSeed + index, cell, chosen));
  parentPort?.postMessage(courses.flat());
});
