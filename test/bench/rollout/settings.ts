import type { JudgeSettings } from '../../../src/core/analysis/settings.ts';
import { usualWatch } from '../../../src/core/watch.ts';
import type { Situation, World } from './simulator/world.ts';

/** How rollouts are judged here: what a team gets that sets nothing. Every judge waits for the same warming up. */
export function settingsFor(
  world: World,
  { stages, lookEverySeconds }: Situation,
  mayPassEarly: boolean,
): JudgeSettings {
  return {
    ...usualWatch.judge,
    mayPassEarly,
    business: world.business === null ? [] : [{ name: world.business.name, isBad: 'fewer' }],
    stages: stages.map(({ trafficPercent, seconds }) => ({ trafficPercent, durationMs: seconds * 1000 })),
    lookEveryMs: lookEverySeconds * 1000,
  };
}
