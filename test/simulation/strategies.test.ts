import { expect, test } from 'vitest';
import { loadProduction } from './production.ts';
import { complaint } from './schedules.ts';
import { playStory, type Story, type Strike, sayStrikes } from './stage.ts';

const production = loadProduction();
const crashes = ['crash-before', 'crash-after'] as const;

async function played(story: Story, strikes: readonly Strike[]): Promise<readonly string[]> {
  const run = await playStory(production, story, strikes);
  if (run.findings.length > 0) {
    throw new Error(complaint(run, `STORY='${story}' STRIKES=${sayStrikes(strikes)}`));
  }
  return run.outcomes;
}

/** Everywhere that the journal or the platform is to be changed, right before and right after. */
async function atEveryChange(story: Story, deeds: readonly Strike['what'][]): Promise<Set<string>> {
  const { changes } = await playStory(production, story, []);
  expect(changes.length).toBeGreaterThan(25);
  const outcomes = new Set<string>();
  for (const at of changes) {
    for (const what of deeds) {
      for (const outcome of await played(story, [{ at, what }])) outcomes.add(outcome);
    }
  }
  return outcomes;
}

test.each([
  ['rolling, to its end', 'deployed'],
  ['blue-green, switched', 'deployed'],
  ['rolling, with a flag that goes back', 'rolled-back'],
  ['rolling, held and overruled', 'deployed'],
  ['a database, added to', 'deployed'],
  ['a database, added to for a version that is not good', 'rolled-back'],
  ['canary, found bad', 'rolled-back'],
] as const)('%s: whoever ends before or after any change, it is %s all the same', async (story, outcome) => {
  expect(await played(story, [])).toEqual([outcome]);
  expect([...(await atEveryChange(story, crashes))]).toEqual([outcome]);
});

test('a database, without a way back: whoever ends before or after any change, a person is called', async () => {
  const story = 'a database, without a way back';
  expect(await played(story, [])).toEqual(['needs-human']);
  const outcomes = await atEveryChange(story, crashes);
  // Who sees nothing happen, because somebody's yes ended with its process, may stop it before it has begun.
  outcomes.delete('stopped');
  expect([...outcomes]).toEqual(['needs-human']);
});

test('canary, found bad: whoever sleeps through its lease at any change, it goes back all the same', async () => {
  expect([...(await atEveryChange('canary, found bad', ['doze']))]).toEqual(['rolled-back']);
});

test('a database, in steps that are no transaction: whoever ends between two of them, a person is called', async () => {
  const story = 'a database, in steps that are no transaction';
  expect(await played(story, [])).toEqual(['deployed']);
  expect([...(await atEveryChange(story, crashes))].toSorted()).toEqual(['deployed', 'needs-human']);
});

test('a database, added to and taken from: whoever ends at any change, the version stays', async () => {
  const story = 'a database, added to and taken from';
  expect(await played(story, [])).toEqual(['deployed', 'deployed']);
  // Somebody who ends takes a while, and what contracts may be refused because it is too early.
  expect([...(await atEveryChange(story, crashes))].toSorted()).toEqual(['deployed', 'stopped']);
});

test('a database, added to: whoever sleeps at any change while it is stopped begins nothing afterwards', async () => {
  const story = 'a database, added to';
  const { changes } = await playStory(production, story, []);
  for (const at of changes)
    await played(story, [
      { at, what: 'doze' },
      { at: at + 3, what: 'stop' },
    ]);
});

test.each([
  ['blue-green, bad for a moment', 'deployed'],
  ['canary, bad for a moment', 'rolled-back'],
] as const)(
  '%s: whoever ends at any change, what was found bad is forgotten by nobody',
  async (story, outcome) => {
    expect(await played(story, [])).toEqual([outcome]);
    expect([...(await atEveryChange(story, crashes))]).toContain(outcome);
  },
);
