import { expect, test } from 'vitest';
import { runCampaign } from './campaign.ts';
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
      async happen({ people }) {
        await redis.kill9();
        await people.orderUntilTaken('s1', 'v2');
      },
    });
    await expect(broken).rejects.toThrow(
      /everything comes to rest: not within 12 s\n.*what is accepted ends/,
    );
  });
  context.skip(!hasRun, 'no Postgres or no Redis');
});
