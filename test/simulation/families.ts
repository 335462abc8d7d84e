import { drawMigratedScenario } from './migrating.ts';
import { drawRecoveredScenario } from './recovering.ts';
import { drawScenario, drawWatchedScenario } from './scenario.ts';
import { drawSwitchedScenario } from './switching.ts';

/**
 * What schedules are drawn about. `watched`: new versions that are found to be bad, and people who answer. `migrated`:
 * databases that change. `switched`: flags that somebody switches off in an emergency. `recovered`: places that are lost.
 */
export const draws = {
  usual: drawScenario,
  watched: drawWatchedScenario,
  migrated: drawMigratedScenario,
  switched: drawSwitchedScenario,
  recovered: drawRecoveredScenario,
};
