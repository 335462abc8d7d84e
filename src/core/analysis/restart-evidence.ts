import { z } from 'zod';
import type { Calibration } from './calibration.ts';
import { accumulate, Evidence, noEvidence } from './evidence.ts';
import type { Stretch } from './look.ts';
import { capOf, caps, type Step } from './step.ts';

export const RestartState = z.object({
  evidence: Evidence,
  /** Within this stage. */
  canary: z.number(),
  stable: z.number(),
});
export type RestartState = z.infer<typeof RestartState>;

/** So many times more restarts for each pod and hour; twice as many are tolerable. */
const TIMES = Float64Array.from([2, 4, 12, 60]);
const weights = new Float64Array(TIMES.length).fill(1);
/** One cause restarts several pods. */
const divisors = new Float64Array(TIMES.length).fill(1.5);
const ratios = new Float64Array(TIMES.length);

export function restartsAtFirst(): RestartState {
  return { evidence: noEvidence(TIMES.length), canary: 0, stable: 0 };
}

/** Restarts are Poisson events of pods and time: held against those of the other pods, or against how many are usual. */
export function nextRestarts(
  normal: Calibration['restarts'],
  before: RestartState,
  canary: Stretch,
  stable: Stretch | null,
  step: Step,
): RestartState {
  if (canary.restarts === null) return before;
  const state = step.isStageStart ? { ...before, canary: 0, stable: 0 } : before;
  const beside = stable?.restarts ?? null;
  const usual = ((normal.hits + 0.5) / (normal.podHours + 10)) * ((canary.pods * step.seconds) / 3600);
  const part = stable === null ? 0 : canary.pods / (canary.pods + stable.pods);
  for (let j = 0; j < TIMES.length; j += 1) {
    const times = TIMES[j] as number;
    ratios[j] =
      canary.restarts * Math.log(times) -
      (beside === null
        ? usual * (times - 1)
        : (canary.restarts + beside) * Math.log(1 - part + part * times));
  }
  const { onset, unused } = step;
  const cap = capOf(beside === null ? caps.alone : caps.errors, step.seconds);
  return {
    evidence: accumulate(state.evidence, ratios, divisors, weights, {
      onset,
      unused,
      cap,
      tolerable: 1,
      isGated: true,
    }),
    canary: state.canary + canary.restarts,
    stable: state.stable + (beside ?? 0),
  };
}
