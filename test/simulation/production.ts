import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);

/** Where the compiler puts what people run. */
export const compiled = fileURLToPath(new URL('../../dist/src/', import.meta.url));

/**
 * The program as people run it: compiled, and loaded by Node itself. A copy with a mistake planted in it is loaded in
 * the same way from another folder.
 */
export function loadProduction(folder: string = compiled) {
  const load = <T>(file: string): T => require(join(folder, file));
  type Engine = typeof import('../../src/engine/engine.ts');
  type Memory = typeof import('../../src/store/memory/index.ts');
  type Sending = typeof import('../../src/slack/send/start-sending.ts');
  return {
    createEngine: load<Engine>('engine/engine.js').createEngine,
    memoryStore: load<Memory>('store/memory/index.js').memoryStore,
    Failed: load<typeof import('../../src/core/failure.ts')>('core/failure.js').Failed,
    patience: load<typeof import('../../src/engine/patience.ts')>('engine/patience.js').patience,
    drawPlan: load<typeof import('../../src/core/draw-plan.ts')>('core/draw-plan.js').drawPlan,
    planHash: load<typeof import('../../src/core/plan.ts')>('core/plan.js').planHash,
    replay: load<typeof import('../../src/core/deployment.ts')>('core/deployment.js').replay,
    strategies: load<typeof import('../../src/core/strategy/index.ts')>('core/strategy/index.js').strategies,
    migrationKindNamed:
      load<typeof import('../../src/migration/index.ts')>('migration/index.js').migrationKindNamed,
    checksumOf: load<typeof import('../../src/migration/naming.ts')>('migration/naming.js').checksumOf,
    checkScript: load<typeof import('../../src/migration/index.ts')>('migration/index.js').checkScript,
    shortHash: load<typeof import('../../src/core/plan-parts.ts')>('core/plan-parts.js').shortHash,
    noticesOf: load<typeof import('../../src/engine/writing.ts')>('engine/writing.js').noticesOf,
    reportOf: load<typeof import('../../src/core/report-of.ts')>('core/report-of.js').reportOf,
    renderCard: load<typeof import('../../src/slack/render/card.ts')>('slack/render/card.js').renderCard,
    sendingRound: load<Sending>('slack/send/start-sending.js').sendingRound,
  };
}

export type Production = ReturnType<typeof loadProduction>;
