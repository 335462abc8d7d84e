import type { JudgeSettings } from '../../../src/core/analysis/settings.ts';
import type { Situation, World } from './simulator/world.ts';

/** Latency and use say nothing so long after a stage began: the same for every judge. */
const WARM_UP_MS = 30_000;

/** How rollouts are judged here: what a team gets that sets nothing. */
export function settingsFor(
  world: World,
  { stages, lookEverySeconds }: Situation,
  mayPassEarly: boolean,
): JudgeSettings {
  return {
    falseAlarmPercent: 1,
    tolerated: { errorPoints: 0.05, latencyPercent: 8 },
    acceptable: { errorPoints: 1, latencyPercent: 25 },
    limits: [],
    business: world.business === null ? [] : [{ name: world.business.name, isBad: 'fewer' }],
    stages: stages.map(({ trafficPercent, seconds }) => ({ trafficPercent, durationMs: seconds * 1000 })),
    lookEveryMs: lookEverySeconds * 1000,
    warmUpMs: WARM_UP_MS,
    mayPassEarly,
    requestsMin: 100,
  };
}
