import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { runCampaign } from './campaign.ts';

const KILLS = 20;

test('the whole bot survives kill -9 at any moment', async () => {
  const { deployments, counts } = await runCampaign({
    name: 'the whole bot survives kill -9 at any moment',
    services: 6,
    databaseUrl: null,
    redisUrl: null,
    roles: ['all'],
    async happen({ members, people, random, count }) {
      const bot = members[0]!;
      const over = new AbortController();
      const ordering = people.order(24, over.signal);
      for (let kill = 0; kill < KILLS; kill++) {
        const bornAtMs = performance.now();
        // Now and then while it starts.
        if (random.chance(0.85)) await bot.untilReady();
        // As quick as the machine is, so that it gets somewhere in between.
        const startedInMs = performance.now() - bornAtMs;
        await sleep(random.between(200, 3_000) + startedInMs * random.between(0.1, 1));
        await bot.kill9(random.between(0, 300));
        count('kills');
      }
      await bot.untilReady();
      over.abort();
      await ordering;
      await people.orderUntilEnded(8);
    },
  });
  expect(counts.get('kills')).toBe(KILLS);
  const told = deployments.filter(({ outcome }) => outcome !== 'needs-human');
  expect(told.length).toBeGreaterThanOrEqual(8);
});
