import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { runCampaign, type Scene } from './campaign.ts';
import { withServers } from './servers.ts';

const KILLS = 30;
/** Where the dice begin to mean a pause, and where a replacement. */
const PAUSE = 0.72;
const REPLACEMENT = 0.86;
const NAME = 'one bot and two workers survive kills, pauses and replacements';

test(NAME, async (context) => {
  const hasRun = await withServers(NAME, async ({ postgres, redis }) => {
    const { deployments, counts } = await runCampaign({
      name: NAME,
      services: 6,
      databaseUrl: await postgres.createDatabase(),
      redisUrl: redis.url,
      roles: ['bot', 'worker', 'worker'],
      async happen(scene) {
        const over = new AbortController();
        const ordering = scene.people.order(24, over.signal);
        const going = await mischief(scene);
        over.abort();
        await Promise.all([ordering, ...going]);
        await Promise.all(scene.members.map((member) => member.untilReady()));
        await scene.people.orderUntilEnded(8);
      },
    });
    expect(counts.get('kills')).toBe(KILLS);
    expect(counts.get('pauses')).toBeGreaterThan(0);
    const told = deployments.filter(({ outcome }) => outcome !== 'needs-human');
    expect(told.length).toBeGreaterThanOrEqual(8);
  });
  context.skip(!hasRun, 'no Postgres or no Redis');
});

/** One thing after another to whoever is up; what takes longer goes on meanwhile. */
async function mischief({ members, random, count }: Scene): Promise<Promise<void>[]> {
  const going: Promise<void>[] = [];
  let hasPaused = false;
  for (let kills = 0; kills < KILLS; ) {
    await sleep(random.between(300, 1_700));
    const member = random.pick(members);
    if (!member.isReady() || member.isPaused()) continue;
    // Not one campaign without a pause, however the dice fall.
    const isPauseDue = kills === KILLS - 1 && !hasPaused;
    const dice = isPauseDue ? PAUSE : random.next();
    if (dice < PAUSE) {
      kills += 1;
      count('kills');
      await member.kill9(random.between(0, 300));
    } else if (dice < REPLACEMENT) {
      count('pauses');
      hasPaused = true;
      // Longer than its lease, so that it wakes up to a deployment that is somebody else's.
      going.push(member.pause(random.between(3_500, 7_000)));
    } else {
      count('replacements');
      going.push(member.replace());
    }
  }
  return going;
}
