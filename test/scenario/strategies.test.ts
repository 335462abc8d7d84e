import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { samplesFolder } from '../../src/local/index.ts';
import { buttonsOf, type Person } from './person.ts';
import { openPlaces, type Places } from './places.ts';
import { openStory, type Story } from './story.ts';
import { until } from './until.ts';
import { answerTo, ended, order, rowsOf } from './watching.ts';

const REQUESTS_PER_SECOND = 40;

/** One place for each strategy, and what is typed to use it there. */
const strategies = [
  { place: 'staging', strategy: 'rolling', command: (version: string) => `/deploy-staging api ${version}` },
  {
    place: 'early',
    strategy: 'canary',
    command: (version: string) => `/deploy-canary api ${version} --env early`,
  },
  {
    place: 'twice',
    strategy: 'blue-green',
    command: (version: string) => `/deploy-blue-green api ${version} --env twice`,
  },
  {
    place: 'production',
    strategy: 'all-at-once',
    command: (version: string) => `/deploy-production api ${version}`,
  },
] as const;
type Strategy = (typeof strategies)[number];

/** What is wrong with a version, in the words that its card says it with; null: it is good. */
type Sample = { readonly version: string; readonly because: RegExp | null };
const versions: readonly Sample[] = [
  { version: 'v2', because: null },
  { version: 'v3', because: /errors/ },
  { version: 'v5', because: /memory/ },
  { version: 'v6', because: /ended|exit|crash/i },
  { version: 'v7', because: /healthy|503|in time/ },
];

/** What runs beside it says how slow is too slow; where it is not asked, nobody waits until it is ruled out. */
const configuration = (slowerPercent: number | null) => `
slack: { channel: C0DEPLOYS }
engine: { lease: 4s, reconcileEvery: 1s, lookEvery: 2s }
environments:
${strategies.map(({ place }) => `  ${place}: { channel: C0DEPLOYS, protected: false }`).join('\n')}
services:
  api:
    targets:
${strategies
  .map(
    ({ place, strategy }) => `
      ${place}:
        platform: local
        address: { service: api }
        strategy: ${strategy}
        pace: { traffic: [50], observe: 6s, releaseDeadline: 6s, keep: 1s }
        gates: [serves-version]
        criteria: { errorPercentMax: 2, latencyP95MsMax: null, memoryMbMax: 90, requestsMin: 50 }
        watch:
          lookEvery: 1s
          warmUp: 1s
          acceptable: { errorPoints: 3, latencyPercent: ${slowerPercent} }
          limits: [{ measure: memory, against: absolute, max: 100 }]
          countdown: { strong: 1s, plain: 1s }
`,
  )
  .join('')}
grants:
  - { role: viewer, people: [U0ADA], services: all, environments: all }
  - { role: deployer, people: [U0ADA], services: all, environments: all }
`;

let story: Story;
let ada: Person;
let places: Places;

beforeAll(async () => {
  story = await openStory({
    configuration: configuration(null),
    environment: { SLIPWAY_SERVICES: samplesFolder },
  });
  ada = await story.as('U0ADA');
  places = openPlaces(story);
  await Promise.all(strategies.map(({ place }) => places.begin(place, REQUESTS_PER_SECOND)));
});
afterAll(async () => {
  await places?.close();
  await story?.close();
});

/** Orders it, says yes where it is asked, and waits for the end. */
async function deployed({ place, command }: Strategy, version: string): Promise<string> {
  const card = await order(ada, () => ada.type(command(version)), `api ${version} → ${place}`);
  const now = () => ada.messages().find(({ ts }) => ts === card.ts) ?? card;
  const isOver = () => /deployed in |rolled back/.test(now().text);
  const pressed = until(() => isOver() || buttonsOf(now()).includes('Switch')).then(async () => {
    if (!isOver()) await ada.press(now(), 'Switch');
  });
  const end = await ended(ada, card, 300_000);
  await pressed;
  return end.text;
}

async function servingIn(place: string): Promise<string | undefined> {
  const told = await answerTo(ada, () => ada.type(`/deploy-health api --env ${place}`));
  return rowsOf(told).find(([check]) => check === 'traffic')?.[2];
}

async function isTakenWhereItBelongs(strategy: Strategy, { version, because }: Sample): Promise<void> {
  const text = await deployed(strategy, version);
  expect(text).toMatch(because === null ? /deployed in / : /rolled back, after /);
  if (because !== null) expect(text).toMatch(because);
  expect(await servingIn(strategy.place)).toBe('v2');
  expect(await places.shares(strategy.place)).toEqual({ v2: 100 });
}

const WITHIN_MS = 900_000;

describe('whatever is wrong with a version', () => {
  test.concurrent.each(strategies)(
    '$strategy takes it to where it belongs',
    async (strategy) => {
      for (const sample of versions) await isTakenWhereItBelongs(strategy, sample);
    },
    WITHIN_MS,
  );
});

describe('where it has to be ruled out that a version is slower', () => {
  beforeAll(async () => {
    await story.configure(configuration(20));
    await until(() => story.said().includes('configuration reloaded'));
  });

  test.concurrent.each(strategies)(
    '$strategy lets no slower one through',
    async (strategy) => {
      await isTakenWhereItBelongs(strategy, { version: 'v4', because: /slower|95 % are answered/ });
    },
    WITHIN_MS,
  );
});
