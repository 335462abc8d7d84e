import { expect, test } from 'vitest';
import { loadProduction } from './production.ts';
import { playAll, sayTally } from './schedules.ts';

/** `SCHEDULES=20000 npx vitest run test/simulation/migrated.test.ts` plays more of them. */
const SCHEDULES = Number(process.env['SCHEDULES'] ?? 1_000);

test('a database is changed once, in time, and by whoever may, whatever goes wrong', async () => {
  const tally = await playAll(loadProduction(), 1, SCHEDULES, 'migrated');
  for (const outcome of ['deployed', 'rolled-back', 'needs-human']) {
    expect(tally.outcomes.get(outcome) ?? 0).toBeGreaterThan(SCHEDULES / 20);
  }
  console.info(sayTally(tally));
});
