import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { runCampaign } from './campaign.ts';
import { withServers } from './servers.ts';

const NAME = 'Postgres may crash and come back while people type';

test(NAME, async (context) => {
  const hasRun = await withServers(NAME, async ({ postgres, redis }) => {
    const { deployments, counts } = await runCampaign({
      name: NAME,
      services: 5,
      databaseUrl: await postgres.createDatabase(),
      redisUrl: redis.url,
      roles: ['bot', 'worker', 'worker'],
      async happen({ people, shop, random, count }) {
        const over = new AbortController();
        const ordering = people.order(30, over.signal);
        let number = 1;
        for (let crash = 0; crash < 8; crash++) {
          await sleep(random.between(2_000, 7_000));
          await postgres.crash();
          // Somebody types at the very moment, and again while it is away.
          await people.orderOnce(random.pick(shop.services), `p${number++}`);
          await sleep(random.between(0, 1_500));
          const typing = people.orderOnce(random.pick(shop.services), `p${number++}`);
          await postgres.start();
          await typing;
          count('crashes of Postgres');
        }
        over.abort();
        await ordering;
        await people.orderUntilEnded(5);
      },
    });
    expect(counts.get('crashes of Postgres')).toBe(8);
    expect(deployments.length).toBeGreaterThanOrEqual(5);
    expect(deployments.map(({ outcome }) => outcome)).not.toContain('needs-human');
  });
  context.skip(!hasRun, 'no Postgres or no Redis');
});
