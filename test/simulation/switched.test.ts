import { expect, test } from 'vitest';
import { loadProduction } from './production.ts';
import { playAll, sayTally } from './schedules.ts';

/** `SCHEDULES=20000 npx vitest run test/simulation/switched.test.ts` plays more of them. */
const SCHEDULES = Number(process.env['SCHEDULES'] ?? 200);

test('what somebody switches off in an emergency stays off, whatever goes wrong', async () => {
  const tally = await playAll(loadProduction(), 1, SCHEDULES, 'switched');
  for (const outcome of ['deployed', 'rolled-back'])
    expect(tally.outcomes.get(outcome) ?? 0).toBeGreaterThan(SCHEDULES / 8);
  console.info(sayTally(tally));
});
