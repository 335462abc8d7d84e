import { expect, test } from 'vitest';
import { loadProduction } from './production.ts';
import { playAll, sayTally } from './schedules.ts';

const SCHEDULES = 10_000;

test('whatever goes wrong, every promise is kept (second half)', async () => {
  const tally = await playAll(loadProduction(), 10_001, SCHEDULES);
  expect(tally.schedules).toBe(SCHEDULES);
  console.info(sayTally(tally));
});
