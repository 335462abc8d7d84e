import { expect, test } from 'vitest';
import { loadProduction } from './production.ts';
import { playAll, sayTally } from './schedules.ts';
import { play } from './world.ts';

/** `SCHEDULES=20000 npx vitest run test/simulation/recovered.test.ts` plays more of them. */
const SCHEDULES = Number(process.env['SCHEDULES'] ?? 150);

test('what a runbook changes outside is changed once, and so when it is said to be, whatever goes wrong', async () => {
  const tally = await playAll(loadProduction(), 1, SCHEDULES, 'recovered');
  expect(tally.outcomes.get('deployed') ?? 0).toBeGreaterThan(SCHEDULES / 8);
  console.info(sayTally(tally));
});

test('a seed says it all here too', async () => {
  for (let seed = 1; seed <= 10; seed++) {
    const first = await play(loadProduction(), seed, { family: 'recovered' });
    const again = await play(loadProduction(), seed, { family: 'recovered' });
    expect(again.traceHash, `SEED=${seed}`).toBe(first.traceHash);
  }
});
