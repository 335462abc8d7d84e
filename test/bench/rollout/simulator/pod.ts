import type { Dice } from './dice.ts';
import { evenly } from './weather.ts';
import type { World } from './world.ts';

/** How one pod differs from the others, for as long as it lives. */
export type Pod = {
  readonly errorFactor: number;
  readonly latencyLog: number;
  readonly cpuPoints: number;
  readonly memoryPoints: number;
};

export function drawPods(dice: Dice, world: World): Pod[] {
  const { pods, errors, latency, cpu, memory } = world;
  return Array.from({ length: pods }, () => ({
    errorFactor: evenly(errors.podSpread * dice.normal(), errors.podSpread),
    latencyLog: latency.podSpread * dice.normal(),
    cpuPoints: (cpu?.podSpread ?? 0) * dice.normal(),
    memoryPoints: (memory?.podSpread ?? 0) * dice.normal(),
  }));
}

/** Several pods seen as one. */
export function meanOf(pods: readonly Pod[]): Pod {
  const mean = (of: (pod: Pod) => number) => pods.reduce((sum, pod) => sum + of(pod), 0) / pods.length;
  return {
    errorFactor: mean((pod) => pod.errorFactor),
    latencyLog: mean((pod) => pod.latencyLog),
    cpuPoints: mean((pod) => pod.cpuPoints),
    memoryPoints: mean((pod) => pod.memoryPoints),
  };
}
