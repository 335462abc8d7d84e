import { createEngine } from '../../src/engine/engine.ts';
import { patience } from '../../src/engine/patience.ts';
import { clock } from '../../src/process/clock.ts';
import { openQueue } from '../../src/queue/index.ts';
import { openStore } from '../../src/store/index.ts';
import { openDirectory } from '../support/members.ts';
import { platformMetric } from '../support/platform-metric.ts';
import { answering, settingsOf } from './child.ts';
import { restingPlatform } from './resting-platform.ts';

/** A worker put together as `src/process/start.ts` does it, with a platform in memory, which the program has none of. */
export type WaitingWorker = { readonly databaseUrl: string; readonly redisUrl: string };

/** How often a lease was taken so far: visits that found it taken are none. */
export type WorkerCount = { readonly visits: number };

const { databaseUrl, redisUrl } = settingsOf<WaitingWorker>();
const quiet = () => undefined;
const log = {
  debug: quiet,
  info: quiet,
  warn: (fields: object, message: string) => console.error(message, fields),
  error: (fields: object, message: string) => console.error(message, fields),
};
const opened = await openStore({ databaseUrl, folder: '', nowMs: clock.nowMs });
const queue = await openQueue({ redisUrl, pool: opened.queuePool, clock, log });
const stopping = new AbortController();
let visits = 0;
const engine = createEngine({
  store: {
    ...opened.store,
    journal: {
      ...opened.store.journal,
      async claim(deploymentId, owner, leaseMs) {
        const claim = await opened.store.journal.claim(deploymentId, owner, leaseMs);
        if (claim !== null) visits += 1;
        return claim;
      },
    },
  },
  catalog: () => ({
    version: 'bench',
    services: [],
    environments: [],
    grants: [],
    people: [],
    emergency: { channels: [], reviewWithinMs: 259_200_000 },
    groups: [],
  }),
  siteOf: restingPlatform(clock.nowMs),
  sourceOf: () => null,
  directory: openDirectory,
  bell: queue.bell,
  clock,
  random: Math.random,
  probe: async () => null,
  metricNamed: platformMetric(),
  log,
  patience,
  stopping: stopping.signal,
  owner: `bench ${process.pid}`,
});
queue.startListening(engine.advance, (silentMs) => {
  throw new Error(`no bell was heard for ${silentMs} ms`);
});
const rounds = engine.reconciler.run(stopping.signal);

answering(
  async () => ({ visits }) satisfies WorkerCount,
  async () => {
    stopping.abort();
    await rounds;
    await queue.close(10_000);
    await opened.close();
  },
);
