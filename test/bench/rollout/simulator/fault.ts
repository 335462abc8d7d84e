import type { Tail } from './buckets.ts';
import type { Effect, Fault, When } from './world.ts';

/** What the fault does just now. */
export type Harm = {
  readonly errorShare: number;
  readonly latencyLog: number;
  readonly tail: Tail;
  readonly cpuPoints: number;
  readonly memoryPoints: number;
  readonly restartsPerPodSecond: number;
  readonly businessFactor: number;
};

export type Ill = {
  /** Null: nothing, just now. */
  readonly harm: Harm | null;
  /** When it first did anything; null: it has not. */
  readonly onsetSeconds: number | null;
  /** Whether requests are slower because of it, just now. */
  readonly isSlow: boolean;
};

const well: Ill = { harm: null, onsetSeconds: null, isSlow: false };

/** Follows a fault through a rollout; moments are counted from the first request of the new version. */
export function openFault(fault: Fault | null, stepSeconds: number) {
  let onsetSeconds: number | null = null;
  return (atSeconds: number, trafficPercent: number): Ill => {
    if (fault === null) return well;
    if (!isOn(fault.when, atSeconds, trafficPercent)) return { ...well, onsetSeconds };
    onsetSeconds ??= atSeconds;
    const activeSeconds = atSeconds - onsetSeconds + stepSeconds / 2;
    const { rampSeconds } = fault.when;
    const strength = rampSeconds === 0 ? 1 : Math.min(1, activeSeconds / rampSeconds);
    return { harm: harmOf(fault.effect, strength, activeSeconds), onsetSeconds, isSlow: slows(fault.effect) };
  };
}

function isOn(when: When, atSeconds: number, trafficPercent: number): boolean {
  if (atSeconds < when.afterSeconds || trafficPercent < when.fromTrafficPercent) return false;
  if (when.intermittent === null) return true;
  const { everySeconds, forSeconds } = when.intermittent;
  return (atSeconds - when.afterSeconds) % everySeconds < forSeconds;
}

function harmOf(effect: Effect, strength: number, activeSeconds: number): Harm {
  const minutes = activeSeconds / 60;
  const slower = 1 + (strength * effect.latencyPercent) / 100;
  const crept = 1 + (strength * effect.latencyPercentPerMinute * minutes) / 100;
  return {
    errorShare: (strength * effect.errorPoints) / 100,
    latencyLog: Math.log(slower * crept),
    tail: { share: (strength * effect.tailPercent) / 100, log: Math.log(effect.tailTimes) },
    cpuPoints: strength * effect.cpuPoints,
    memoryPoints: strength * effect.memoryPointsPerMinute * minutes,
    restartsPerPodSecond: (strength * effect.restartsPerPodMinute) / 60,
    businessFactor: 1 - (strength * effect.businessPercent) / 100,
  };
}

function slows(effect: Effect): boolean {
  return effect.latencyPercent > 0 || effect.tailPercent > 0 || effect.latencyPercentPerMinute > 0;
}
