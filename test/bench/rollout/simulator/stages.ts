import type { Look } from '../../../../src/core/analysis/look.ts';
import type { Situation, World } from './world.ts';

/** Which stage it is, how many pods each version has, and how fresh those of the new one are. */
export function openStages({ pods, coldStart, cpu, memory }: World, { stages }: Situation) {
  let index = -1;
  let beganSeconds = 0;
  let canaryPods = 0;
  const cohorts: { readonly pods: number; readonly bornSeconds: number }[] = [];

  function begin(atSeconds: number): void {
    index += 1;
    beganSeconds = atSeconds;
    const stage = stages[index];
    if (stage === undefined) return;
    const wanted = podsFor(stage.trafficPercent, pods);
    if (wanted > canaryPods) cohorts.push({ pods: wanted - canaryPods, bornSeconds: atSeconds });
    canaryPods = wanted;
  }
  begin(0);

  /** How much of the freshness is left when it is forgotten with this time constant, at the mean over the pods. */
  function freshAt(atSeconds: number, seconds: number): number {
    let left = 0;
    for (const cohort of cohorts)
      left += (cohort.pods / canaryPods) * Math.exp((cohort.bornSeconds - atSeconds) / seconds);
    return left;
  }

  return {
    end: begin,
    /** The stage that a step belongs to; null after the last one. */
    at(atSeconds: number) {
      const before = stages[index];
      if (before !== undefined && atSeconds - beganSeconds >= before.seconds) begin(atSeconds);
      const stage = stages[index];
      if (stage === undefined) return null;
      const isAlone = stage.trafficPercent >= 100;
      return {
        trafficPercent: stage.trafficPercent,
        canaryPods,
        stablePods: isAlone ? 0 : pods - canaryPods,
      };
    },
    /** What a look says of the stage that it ends in. */
    told(atSeconds: number): Look['stage'] {
      const { trafficPercent = 100, seconds = 0 } = stages[index] ?? {};
      const ageSeconds = atSeconds - beganSeconds;
      return { index, ageMs: ageSeconds * 1000, trafficPercent, isOver: ageSeconds >= seconds };
    },
    freshness(atSeconds: number) {
      return {
        latency: freshAt(atSeconds, coldStart.seconds),
        cpu: cpu === null ? 0 : freshAt(atSeconds, cpu.fresh.seconds),
        memory: memory === null ? 0 : freshAt(atSeconds, memory.fresh.seconds),
      };
    },
  };
}

/** At least one pod for each version as long as there are two. */
function podsFor(trafficPercent: number, pods: number): number {
  if (trafficPercent >= 100) return pods;
  return Math.min(pods - 1, Math.max(1, Math.round((pods * trafficPercent) / 100)));
}
