import { expect, test } from 'vitest';
import { loadProduction } from './production.ts';
import { complaint, families } from './schedules.ts';
import { playStory, readStrikes, type Story, stories } from './stage.ts';
import { play, type Run } from './world.ts';

const { SEED, FAMILY, STORY, STRIKES } = process.env;

/** `SEED=123 npm run replay`, `FAMILY=migrated SEED=123 npm run replay`, or `STORY='rolling, taken back' STRIKES=crash-after:37 npm run replay`. */
async function replayed(): Promise<{ run: Run; how: string }> {
  const production = loadProduction();
  if (STORY !== undefined) {
    if (!Object.hasOwn(stories, STORY))
      throw new Error(`STORY is one of: ${Object.keys(stories).join('; ')}`);
    const strikes = readStrikes(STRIKES ?? '');
    const run = await playStory(production, STORY as Story, strikes, true);
    return { run, how: `STORY='${STORY}' STRIKES=${STRIKES ?? ''}` };
  }
  const seed = Number(SEED ?? 1);
  const family = families.find((each) => each === FAMILY) ?? 'usual';
  return { run: await play(production, seed, { family, keepsTrace: true }), how: `SEED=${seed}` };
}

test('one schedule, with everything that happened in it', async () => {
  const { run, how } = await replayed();
  if (SEED !== undefined || STORY !== undefined) {
    process.stdout.write(
      `${run.lines.join('\n')}\n\n${how}: ${run.outcomes.join(', ')}; trace ${run.traceHash}\n`,
    );
  }
  expect(run.events).toBeGreaterThan(0);
  if (run.findings.length > 0) throw new Error(complaint(run, how));
});
