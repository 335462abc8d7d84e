import { afterAll, expect, test } from 'vitest';
import { type Mistake, mistakes } from './mistakes.ts';
import { clearMistakes, withMistakes } from './mutate.ts';
import { loadProduction, type Production } from './production.ts';
import type { Family } from './schedules.ts';
import { playStory, type Story, type Strike, sayStrikes } from './stage.ts';
import { play, type Run } from './world.ts';

const SCHEDULES_MAX = 2_500;
const right = loadProduction();

type Staged = { readonly story: Story; readonly strikes: readonly Strike[] };

const fatalAlert: Strike = { at: 1, what: 'fatal-alert' };
const lostChange: Strike = { at: 1, what: 'lost-change' };
const lateChange: Strike = { at: 1, what: 'late-change' };

/**
 * What is tried one by one, beside the seeds, so that no mistake is left to chance alone: a stop at every call, a long
 * sleep at every call on the way to Slack, an alert that is posted before its card by somebody who ends at that, a stop
 * while a lost call is looked for, a clock that jumps around a call that is late, and two pauses that outlast a lease
 * together. In turns, so that none has to wait for the end of the others.
 */
const families: readonly (readonly Staged[])[] = [
  upTo(70).map((at) => ({ story: 'all at once, unwatched', strikes: [{ at, what: 'stop' }] })),
  upTo(150).map((at) => ({ story: 'rolling, to its end', strikes: [{ at, what: 'doze', isTelling: true }] })),
  upTo(200).map((at) => ({ story: 'never healthy', strikes: [{ at, what: 'stop' }] })),
  upTo(4).map((at) => ({
    story: 'rolling, taken back',
    strikes: [fatalAlert, { at: at - 1, what: 'late-cards' }],
  })),
  upTo(80).map((at) => ({ story: 'all at once, unwatched', strikes: [lostChange, { at, what: 'stop' }] })),
  upTo(80).map((at) => ({ story: 'all at once, unwatched', strikes: [lateChange, { at, what: 'jump' }] })),
  upTo(60).flatMap((at) =>
    upTo(6).map((later): Staged => {
      const strikes: Strike[] = [
        { at, what: 'sleep' },
        { at: at + later, what: 'nap' },
      ];
      return { story: 'all at once, unwatched', strikes };
    }),
  ),
];
const staged: readonly Staged[] = upTo(400).flatMap((turn) =>
  families.flatMap((family) => family[turn - 1] ?? []),
);

/** What is watched: everything in calm first, then somebody who ends around the moment at which it is found bad. */
const stagedWatched: readonly Staged[] = [
  ...(
    [
      'canary, bad for a moment',
      'rolling, held and forgotten',
      'rolling, dismissed twice',
      'rolling, held and overruled',
      'rolling, with a flag that goes back',
      'canary, found bad',
    ] as const
  ).map((story) => ({ story, strikes: [] })),
  ...upTo(70).map((at): Staged => {
    return { story: 'canary, bad for a moment', strikes: [{ at: 40 + at, what: 'crash-before' }] };
  }),
];

/** Somebody who sleeps for longer than a lease on the way to a database, and a stop meanwhile. */
const stagedMigrated: readonly Staged[] = upTo(30).map((at) => {
  const strikes: Strike[] = [
    { at: 30 + at, what: 'doze' },
    { at: 33 + at, what: 'stop' },
  ];
  return { story: 'a database, added to', strikes };
});

const stagedIn: Readonly<Record<Family, readonly Staged[]>> = {
  usual: staged,
  watched: stagedWatched,
  migrated: stagedMigrated,
  switched: [],
  recovered: [],
};

const caught: string[] = [];
afterAll(() => {
  clearMistakes();
  console.info(caught.join('\n'));
});

type Caught = { readonly schedules: number; readonly where: string; readonly promise: string };

/** Tries one schedule after another until a promise is seen to be broken; null when the mistake got away. */
async function huntDown(
  production: Production,
  schedulesMax: number,
  shows: Pick<Mistake, 'forced' | 'family'>,
): Promise<Caught | null> {
  let schedules = 0;
  for (let seed = 1; schedules < schedulesMax; seed++) {
    for (const { where, run } of schedulesOf(seed, shows)) {
      schedules += 1;
      const promise = firstOf(await run(production));
      // What the program without the mistake gets wrong as well is no proof.
      if (promise !== null && firstOf(await run(right)) === null) return { schedules, where, promise };
    }
  }
  return null;
}

type Schedule = { readonly where: string; run(production: Production): Promise<Run> };

function schedulesOf(
  seed: number,
  { forced, family = 'usual' }: Pick<Mistake, 'forced' | 'family'>,
): Schedule[] {
  const random = {
    where: `${family} seed ${seed}`,
    run: (production: Production) => play(production, seed, { forced, family }),
  };
  const stage = stagedIn[family][seed - 1];
  if (stage === undefined) return [random];
  const { story, strikes } = stage;
  const tried = {
    where: sayStrikes(strikes),
    run: (production: Production) => playStory(production, story, strikes),
  };
  return [random, tried];
}

function firstOf({ findings }: Run): string | null {
  return findings[0]?.promise ?? null;
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

for (const [index, [mistake, { changes, ...shows }]] of Object.entries(mistakes).entries()) {
  test(`it is noticed when ${mistake}`, async () => {
    const found = await huntDown(withMistakes(String(index), changes), SCHEDULES_MAX, shows);
    expect(found, `not noticed in ${SCHEDULES_MAX} schedules`).not.toBeNull();
    caught.push(`${mistake}: ${found?.schedules} schedules (${found?.where}), ${found?.promise}`);
  });
}
