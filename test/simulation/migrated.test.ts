import { expect, test } from 'vitest';
import { loadProduction } from './production.ts';
import { playAll, sayTally } from './schedules.ts';
import { play } from './world.ts';

/** `SCHEDULES=20000 npx vitest run test/simulation/migrated.test.ts` plays more of them. */
const SCHEDULES = Number(process.env['SCHEDULES'] ?? 600);

test('a seed says it all here too, although scripts are read by what was loaded before', async () => {
  for (let seed = 1; seed <= 25; seed++) {
    const first = await play(loadProduction(), seed, { family: 'migrated' });
    const again = await play(loadProduction(), seed, { family: 'migrated' });
    expect(again.traceHash, `SEED=${seed}`).toBe(first.traceHash);
  }
});

test('a database is changed once, in time, and by whoever may, whatever goes wrong', async () => {
  const tally = await playAll(loadProduction(), 1, SCHEDULES, 'migrated');
  for (const outcome of ['deployed', 'rolled-back', 'needs-human']) {
    expect(tally.outcomes.get(outcome) ?? 0).toBeGreaterThan(SCHEDULES / 20);
  }
  console.info(sayTally(tally));
});
