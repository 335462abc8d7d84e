import { expect, test } from 'vitest';
import { loadProduction } from './production.ts';
import { complaint } from './schedules.ts';
import { playStory, type Story, type Strike, sayStrikes, stories } from './stage.ts';

const production = loadProduction();
const crashes = ['crash-before', 'crash-after'] as const;
/** A crash makes more calls necessary: this many of them are hit as well. */
const MENDING = 15;
/** With so many of them lost, the card comes long after everything else. */
const CARDS_LOST_MAX = 8;
/** More than are made when one of them has to be looked for. */
const CALLS_MAX = 120;

async function endsAsBefore(
  story: Story,
  strikes: readonly Strike[],
  outcomes: readonly string[],
): Promise<void> {
  const run = await playStory(production, story, strikes);
  const how = `STORY='${story}' STRIKES=${sayStrikes(strikes)}`;
  if (run.findings.length > 0) throw new Error(complaint(run, how));
  if (elsewise(story).length === 0) expect(run.outcomes, how).toEqual(outcomes);
  for (const outcome of run.outcomes) expect([...outcomes, ...elsewise(story)], how).toContain(outcome);
}

/** How else a story may end where somebody ends on the way. */
function elsewise(story: Story): readonly string[] {
  // Who is down while something is bad for a moment hears nothing of it: it may go on, and it may go back.
  if (story.endsWith('bad for a moment')) return ['deployed', 'rolled-back'];
  // Whoever ends between two steps that are no transaction leaves them to a person.
  if (story.endsWith('no transaction')) return ['needs-human', 'stopped'];
  // Who is asked at another time may say no; and what contracts may be refused because it is too early.
  return story.startsWith('a database') ? ['stopped'] : [];
}

async function calm(story: Story): Promise<{ crossings: number; tellings: number; outcomes: string[] }> {
  const { crossings, tellings, outcomes, findings } = await playStory(production, story, []);
  expect(findings).toEqual([]);
  expect(outcomes).not.toEqual([]);
  return { crossings, tellings, outcomes: [...outcomes] };
}

/** Where the database has been taken from the old version, whoever stops is called afterwards. */
function hasWayBack(story: Story): boolean {
  return !story.endsWith('without a way back') && !story.endsWith('taken from');
}

for (const story of Object.keys(stories) as Story[]) {
  test(`${story}: a process may end before or after every call that it makes`, async () => {
    const { crossings, outcomes } = await calm(story);
    expect(crossings).toBeGreaterThan(50);
    for (let at = 1; at <= crossings; at++) {
      for (const what of crashes) await endsAsBefore(story, [{ at, what }], outcomes);
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
    expect([...outcomes]).toContain(hasWayBack(story) ? 'rolled-back' : 'needs-human');
    if (hasWayBack(story)) expect([...outcomes]).not.toContain('needs-human');
  });
}

test('rolling, to its end: a process may end or sleep at every call on the way to Slack', async () => {
  const story = 'rolling, to its end';
  const { tellings, outcomes } = await calm(story);
  expect(tellings).toBeGreaterThan(30);
  for (let at = 1; at <= tellings; at++) {
    for (const what of [...crashes, 'doze'] as const) {
      await endsAsBefore(story, [{ at, what, isTelling: true }], outcomes);
    }
  }
});

test('rolling, taken back: whoever calls for help may end at that very call, however late the card is', async () => {
  const story = 'rolling, taken back';
  const { outcomes } = await calm(story);
  for (let cards = 0; cards <= CARDS_LOST_MAX; cards++) {
    const strikes = [
      { at: cards, what: 'late-cards' },
      { at: 1, what: 'fatal-alert' },
    ] as const;
    await endsAsBefore(story, strikes, outcomes);
  }
});

test.each(['stop', 'jump'] as const)(
  'all at once, unwatched: a change may be lost, or come late, with a %s at any call',
  async (what) => {
    const story = 'all at once, unwatched';
    for (const lost of ['lost-change', 'late-change'] as const) {
      for (let at = 1; at <= CALLS_MAX; at++) {
        const strikes = [{ at: 1, what: lost } as const, { at, what }];
        const { findings, ...run } = await playStory(production, story, strikes);
        const how = `STORY='${story}' STRIKES=${sayStrikes(strikes)}`;
        if (findings.length > 0) throw new Error(complaint({ findings, ...run }, how));
      }
    }
  },
);

test('all at once, unwatched: processes may end at every two calls, the second while the first is being mended', async () => {
  const story = 'all at once, unwatched';
  const { crossings, outcomes } = await calm(story);
  for (let first = 1; first <= crossings; first++) {
    for (let second = first + 1; second <= crossings + MENDING; second++) {
      for (const what of crashes) {
        for (const whatThen of crashes) {
          const strikes = [
            { at: first, what },
            { at: second, what: whatThen },
          ];
          await endsAsBefore(story, strikes, outcomes);
        }
      }
    }
  }
});
