import { expect, test } from 'vitest';
import { loadProduction } from './production.ts';
import { playAll, quartersOf, sayTally } from './schedules.ts';
import { play } from './world.ts';

/** The other half is played beside it, in `simulation-second-half.test.ts`. */
const SCHEDULES = 10_000;

test('a seed says it all: played twice, a schedule takes the very same course', async () => {
  const production = loadProduction();
  for (let seed = 1; seed <= 100; seed++) {
    const first = await play(production, seed);
    const again = await play(production, seed);
    expect(again.traceHash, `SEED=${seed}`).toBe(first.traceHash);
    expect(again.events).toBe(first.events);
  }
});

test('two seeds take different courses', async () => {
  const production = loadProduction();
  const hashes = new Set<string>();
  for (let seed = 1; seed <= 50; seed++) hashes.add((await play(production, seed)).traceHash);
  expect(hashes.size).toBe(50);
});

for (const from of quartersOf(1, SCHEDULES)) {
  test(`whatever goes wrong, every promise is kept (schedules from ${from})`, async () => {
    const tally = await playAll(loadProduction(), from, SCHEDULES / 4);
    // A world in which nothing ever happens keeps every promise.
    for (const outcome of ['deployed', 'rolled-back', 'stopped', 'needs-human']) {
      expect(tally.outcomes.get(outcome) ?? 0).toBeGreaterThan(SCHEDULES / 400);
    }
    console.info(sayTally(tally));
  });
}
