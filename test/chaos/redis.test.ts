import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { runCampaign } from './campaign.ts';
import { withServers } from './servers.ts';

const NAME = 'deployments do not need what Redis remembers, nor Redis';
/** What a process ends with that hears no bells any more, so that somebody starts it anew; 1 when it is hurried. */
const HEARS_NOTHING = [70, 1];

test(NAME, async (context) => {
  const hasRun = await withServers(NAME, async ({ postgres, redis }) => {
    const { deployments } = await runCampaign({
      name: NAME,
      services: 5,
      databaseUrl: await postgres.createDatabase(),
      redisUrl: redis.url,
      roles: ['bot', 'worker'],
      mayEnd: ({ code }) => HEARS_NOTHING.includes(code ?? 0),
      async happen({ people, random, count }) {
        const over = new AbortController();
        const ordering = people.order(10, over.signal);
        for (let round = 0; round < 16; round++) {
          await sleep(random.between(300, 1_800));
          if (random.chance(0.4)) {
            await redis.flush();
            count('times emptied');
          } else {
            await redis.kill9();
            await sleep(random.between(0, 1_500));
            await redis.restart();
            count('times killed');
          }
        }
        over.abort();
        await ordering;
        await redis.kill9();
        count('time gone for good');
        await people.order(5);
        await people.orderUntilEnded(12);
      },
    });
    expect(deployments.length).toBeGreaterThanOrEqual(12);
    expect(deployments.map(({ outcome }) => outcome)).not.toContain('needs-human');
  });
  context.skip(!hasRun, 'no Postgres or no Redis');
});
