import type { EngineParts } from '../engine/parts.ts';
import { alarmsFor } from './alarms.ts';
import type { Databases } from './databases.ts';
import { flagsFor } from './flags.ts';
import { gatesWorld } from './gates.ts';
import { metricsFor } from './metrics.ts';
import { migrationsFor } from './migrations.ts';
import type { Settings } from './settings.ts';
import { sourcesFor } from './sources.ts';

/** Everything outside that a configuration names, besides the platforms. */
export function outsideOf(settings: Settings, databases: Databases) {
  return {
    sourceOf: sourcesFor(settings),
    alarms: alarmsFor(settings),
    metricNamed: metricsFor(settings),
    flagsNamed: flagsFor(settings),
    migrations: migrationsFor(settings, databases),
    ...gatesWorld(settings),
  } satisfies Partial<EngineParts>;
}
