import type { History, Look } from '../../../../src/core/analysis/look.ts';
import { openArm } from './arm.ts';
import { type Dice, diceFrom } from './dice.ts';
import { openFault } from './fault.ts';
import { historyOf } from './history.ts';
import { drawPods, meanOf, type Pod } from './pod.ts';
import { openStages } from './stages.ts';
import { openWeather, type Weather } from './weather.ts';
import type { Situation, World } from './world.ts';

/** What really was, which no judge is told. */
export type Truth = {
  /** Requests that failed because of the fault, since the last look that there was. */
  readonly faultErrors: number;
  /** Requests that were slower because of it. */
  readonly slowed: number;
  /** When the fault first did anything; null: it has not. */
  readonly onsetMs: number | null;
};

export type Seen = { readonly look: Look; readonly truth: Truth };

/** A rollout that goes on look by look. */
export type Rollout = {
  /** When the new version had its first request. */
  readonly startMs: number;
  /** The next look; null when the last stage is over. `hasPassed` ends a stage before its time. */
  next(hasPassed: boolean): Seen | null;
};

type Pods = { readonly old: readonly Pod[]; readonly fresh: readonly Pod[] };

/** When every rollout begins: a Monday morning. */
const START_MS = Date.UTC(2026, 0, 5, 9);
const seasoned = { latency: 0, cpu: 0, memory: 0 };

/** What there was before a rollout; it takes the longest to make, and does not depend on how the rollout goes. */
export type Before = { readonly history: History; readonly pods: Pods };

export function beforeOf(seed: number, world: World, stepSeconds: number): Before {
  const dice = diceFrom(seed, 'pods');
  const pods = { old: drawPods(dice, world), fresh: drawPods(dice, world) };
  const weatherAt = openWeather(seed, world, stepSeconds, 'before');
  const history = historyOf(diceFrom(seed, 'history'), world, pods.old, weatherAt, stepSeconds, START_MS);
  return { history, pods };
}

/** One rollout, look after look. The same seed gives the same one. */
export function openRollout(seed: number, world: World, situation: Situation, { pods }: Before): Rollout {
  const step = openSteps(seed, world, situation, pods);
  const gaps = diceFrom(seed, 'gaps');
  return {
    startMs: START_MS,
    next(hasPassed) {
      let seen = step(hasPassed);
      let faultErrors = 0;
      let slowed = 0;
      while (seen !== null) {
        faultErrors += seen.truth.faultErrors;
        slowed += seen.truth.slowed;
        const isMissing = gaps.uniform() < world.gapsPercent / 100;
        // The end of a stage is never missed: whoever watches waits for the reading.
        if (!isMissing || seen.look.stage.isOver)
          return { look: seen.look, truth: { ...seen.truth, faultErrors, slowed } };
        seen = step(false);
      }
      return null;
    },
  };
}

/** A whole rollout that nobody stops and that takes its full time. */
export function rollout(seed: number, world: World, situation: Situation) {
  const before = beforeOf(seed, world, situation.lookEverySeconds);
  const open = openRollout(seed, world, situation, before);
  const seen: Seen[] = [];
  for (let next = open.next(false); next !== null; next = open.next(false)) seen.push(next);
  return { history: before.history, startMs: open.startMs, seen };
}

function openSteps(seed: number, world: World, situation: Situation, pods: Pods) {
  const stepSeconds = situation.lookEverySeconds;
  const weatherAt = openWeather(seed, world, stepSeconds, 'rollout');
  const split = diceFrom(seed, 'split');
  const canaryArm = openArm(diceFrom(seed, 'canary'), world, stepSeconds);
  const stableArm = openArm(diceFrom(seed, 'stable'), world, stepSeconds);
  const illAt = openFault(situation.fault, stepSeconds);
  const stages = openStages(world, situation);
  let atSeconds = 0;
  return (hasPassed: boolean): Seen | null => {
    if (hasPassed) stages.end(atSeconds);
    const stage = stages.at(atSeconds);
    if (stage === null) return null;
    const weather = weatherAt(atSeconds);
    const requests = dealt(split, weather, stage.trafficPercent);
    const { harm, onsetSeconds, isSlow } = illAt(atSeconds, stage.trafficPercent);
    const canary = canaryArm.serve({
      atSeconds,
      weather,
      requests,
      harm,
      pods: stage.canaryPods,
      pod: meanOf(pods.fresh.slice(0, stage.canaryPods)),
      fresh: stages.freshness(atSeconds + stepSeconds / 2),
    });
    // Served even when nobody is left, so that what is drawn does not depend on how the rollout goes.
    const stablePods = Math.max(1, stage.stablePods);
    const stable = stableArm.serve({
      atSeconds,
      weather,
      requests: weather.requests - requests,
      harm: null,
      pods: stablePods,
      pod: meanOf(pods.old.slice(-stablePods)),
      fresh: seasoned,
    });
    atSeconds += stepSeconds;
    return {
      look: {
        atMs: START_MS + atSeconds * 1000,
        durationMs: stepSeconds * 1000,
        stage: stages.told(atSeconds),
        canary: canary.stretch,
        stable: stage.stablePods === 0 ? null : stable.stretch,
      },
      truth: {
        faultErrors: canary.faultErrors,
        slowed: isSlow ? requests : 0,
        onsetMs: onsetSeconds === null ? null : START_MS + onsetSeconds * 1000,
      },
    };
  };
}

function dealt(dice: Dice, weather: Weather, trafficPercent: number): number {
  if (trafficPercent >= 100) return weather.requests;
  const share = (trafficPercent / 100) * Math.exp(weather.routingLog);
  return dice.binomial(weather.requests, Math.min(1, share));
}
