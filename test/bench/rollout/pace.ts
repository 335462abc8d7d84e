import { calibrate } from '../../../src/core/analysis/calibrate.ts';
import { conclude } from '../../../src/core/analysis/conclude.ts';
import { judgeLook } from '../../../src/core/analysis/judge-look.ts';
import { judgeAtFirst } from '../../../src/core/analysis/judge-state.ts';
import { settingsFor } from './settings.ts';
import { rollout } from './simulator/rollout.ts';
import { Situation } from './simulator/world.ts';
import { worldNamed } from './simulator/worlds.ts';

/** What our judge costs, on one core. */
export type Pace = {
  readonly looksPerSecond: number;
  /** With what it concludes at each look, in words. */
  readonly concludedPerSecond: number;
  readonly calibrationMs: number;
  /** Its state as the journal keeps it. */
  readonly stateBytes: readonly { readonly looks: number; readonly bytes: number }[];
};

const ROLLOUTS = 20;
/** The first ones are for the compiler; the best counts, because other work on the machine can only slow it down. */
const ROUNDS = 8;
const SIZED_AFTER = [100, 1_000, 8_000];

const world = worldNamed('messy');
const usual = Situation.parse({
  name: 'canary',
  lookEverySeconds: 5,
  fault: null,
  stages: [
    { trafficPercent: 5, seconds: 300 },
    { trafficPercent: 25, seconds: 300 },
    { trafficPercent: 50, seconds: 300 },
    { trafficPercent: 100, seconds: 600 },
  ],
});
/** Half a day at ten percent: long enough that whatever grows is seen to. */
const long = Situation.parse({
  name: 'long',
  lookEverySeconds: 5,
  fault: null,
  stages: [{ trafficPercent: 10, seconds: 43_200 }],
});

/** Measures our judge alone, in this thread. `usedMs`: what has been used of a core. */
export function paceOf(usedMs: () => number): Pace {
  const settings = settingsFor(world, usual, false);
  const rollouts = Array.from({ length: ROLLOUTS }, (_, seed) => rollout(seed, world, usual));
  const best = { looksPerSecond: 0, concludedPerSecond: 0, calibrationMs: Number.POSITIVE_INFINITY };
  for (let round = 0; round < ROUNDS; round += 1) {
    const beganMs = usedMs();
    const calibrated = rollouts.map(({ history, seen }) => ({
      seen,
      calibration: calibrate(settings, history),
    }));
    best.calibrationMs = Math.min(best.calibrationMs, (usedMs() - beganMs) / ROLLOUTS);
    const judged = (withWords: boolean) => {
      const beginMs = usedMs();
      let looks = 0;
      for (const { seen, calibration } of calibrated) {
        let state = judgeAtFirst(settings, calibration);
        for (const { look } of seen) {
          state = judgeLook(settings, calibration, state, look);
          if (withWords) conclude(settings, calibration, state);
        }
        looks += seen.length;
      }
      return (1000 * looks) / (usedMs() - beginMs);
    };
    best.looksPerSecond = Math.max(best.looksPerSecond, judged(false));
    best.concludedPerSecond = Math.max(best.concludedPerSecond, judged(true));
  }
  return { ...best, stateBytes: sizes() };
}

function sizes(): Pace['stateBytes'] {
  const { history, seen } = rollout(1, world, long);
  const settings = settingsFor(world, long, false);
  const calibration = calibrate(settings, history);
  let state = judgeAtFirst(settings, calibration);
  const bytes: { looks: number; bytes: number }[] = [];
  for (const [index, { look }] of seen.entries()) {
    state = judgeLook(settings, calibration, state, look);
    const looks = index + 1;
    if (SIZED_AFTER.includes(looks)) bytes.push({ looks, bytes: Buffer.byteLength(JSON.stringify(state)) });
  }
  return bytes;
}
