import { expect, test } from 'vitest';
import { loadProduction } from './production.ts';
import { playAll, quartersOf, sayTally } from './schedules.ts';

const SCHEDULES = 10_000;

for (const from of quartersOf(10_001, SCHEDULES)) {
  test(`whatever goes wrong, every promise is kept (schedules from ${from})`, async () => {
    const tally = await playAll(loadProduction(), from, SCHEDULES / 4);
    expect(tally.schedules).toBe(SCHEDULES / 4);
    expect(tally.outcomes.get('deployed') ?? 0).toBeGreaterThan(SCHEDULES / 8);
    console.info(sayTally(tally));
  });
}
