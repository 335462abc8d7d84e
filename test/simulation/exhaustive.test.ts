import { expect, test } from 'vitest';
import { loadProduction } from './production.ts';
import { complaint } from './schedules.ts';
import { playStory, type Story, type Strike, sayStrikes, stories } from './stage.ts';

const production = loadProduction();
const crashes = ['crash-before', 'crash-after'] as const;
/** A crash makes more calls necessary: this many of them are hit as well. */
const MENDING = 15;

async function endsAsBefore(story: Story, strikes: readonly Strike[], outcome: string): Promise<void> {
  const run = await playStory(production, story, strikes);
  const how = `STORY='${story}' STRIKES=${sayStrikes(strikes)}`;
  if (run.findings.length > 0) throw new Error(complaint(run, how));
  expect(run.outcomes, how).toEqual([outcome]);
}

async function calm(story: Story): Promise<{ crossings: number; tellings: number; outcome: string }> {
  const { crossings, tellings, outcomes, findings } = await playStory(production, story, []);
  expect(findings).toEqual([]);
  expect(outcomes).toHaveLength(1);
  return { crossings, tellings, outcome: outcomes[0] ?? '' };
}

for (const story of Object.keys(stories) as Story[]) {
  test(`${story}: a process may end before or after every call that it makes`, async () => {
    const { crossings, outcome } = await calm(story);
    expect(crossings).toBeGreaterThan(50);
    for (let at = 1; at <= crossings; at++) {
      for (const what of crashes) await endsAsBefore(story, [{ at, what }], outcome);
    }
  });

  test(`${story}: somebody may press stop at every call`, async () => {
    const { crossings } = await calm(story);
    const outcomes = new Set<string>();
    for (let at = 1; at <= crossings; at++) {
      const run = await playStory(production, story, [{ at, what: 'stop' }]);
      if (run.findings.length > 0) throw new Error(complaint(run, `STORY='${story}' STRIKES=stop:${at}`));
      for (const outcome of run.outcomes) outcomes.add(outcome);
    }
    expect([...outcomes]).toContain('rolled-back');
    expect([...outcomes]).not.toContain('needs-human');
  });
}

test('rolling, to its end: a process may end or sleep at every call on the way to Slack', async () => {
  const story = 'rolling, to its end';
  const { tellings, outcome } = await calm(story);
  expect(tellings).toBeGreaterThan(30);
  for (let at = 1; at <= tellings; at++) {
    for (const what of [...crashes, 'doze'] as const) {
      await endsAsBefore(story, [{ at, what, isTelling: true }], outcome);
    }
  }
});

test('all at once, unwatched: processes may end at every two calls, the second while the first is being mended', async () => {
  const story = 'all at once, unwatched';
  const { crossings, outcome } = await calm(story);
  for (let first = 1; first <= crossings; first++) {
    for (let second = first + 1; second <= crossings + MENDING; second++) {
      for (const what of crashes) {
        for (const whatThen of crashes) {
          const strikes = [
            { at: first, what },
            { at: second, what: whatThen },
          ];
          await endsAsBefore(story, strikes, outcome);
        }
      }
    }
  }
});
