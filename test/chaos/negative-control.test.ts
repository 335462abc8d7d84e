import { expect, test } from 'vitest';
import { runCampaign } from './campaign.ts';
import { cardOf } from './people.ts';
import { withServers } from './servers.ts';

const NAME = 'without anybody who looks, a lost bell is noticed by the harness';

test(NAME, async (context) => {
  const hasRun = await withServers(NAME, async ({ postgres, redis }) => {
    const broken = runCampaign({
      name: NAME,
      services: 1,
      databaseUrl: await postgres.createDatabase(),
      redisUrl: redis.url,
      roles: ['bot', 'worker'],
      // The reconciler, as good as taken out.
      reconcileEvery: '10m',
      restWithinMs: 12_000,
      async happen({ people, workspace }) {
        await redis.kill9();
        await people.orderUntilTaken('s1', 'v2');
        // It was begun; what is missing from here on is somebody who looks.
        await expect.poll(() => cardOf(workspace, 's1', 'v2'), { timeout: 120_000 }).toBeDefined();
      },
    });
    await expect(broken).rejects.toThrow(
      /everything comes to rest: not within 12 s\n.*what is accepted ends/,
    );
  });
  context.skip(!hasRun, 'no Postgres or no Redis');
});
