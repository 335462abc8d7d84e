import { afterAll, beforeAll, describe, test } from 'vitest';
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

/** What is wrong with each version, in the words that its card says it with; null: it is good. */
const versions: readonly { readonly version: string; readonly because: RegExp | null }[] = [
  { version: 'v2', because: null },
  { version: 'v3', because: /errors/ },
  { version: 'v4', because: /slower|latency|p95/ },
  // What it keeps of every request takes time, too.
  { version: 'v5', because: /memory|slower/ },
  { version: 'v6', because: /ended|exit|crash/i },
  { version: 'v7', because: /healthy|503|in time/ },
];

const CONFIGURATION = `
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
          acceptable: { errorPoints: 3, latencyPercent: 30 }
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
    configuration: CONFIGURATION,
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

describe.concurrent.each(strategies)('$strategy', (strategy) => {
  test('takes every version to where it belongs', async ({ expect: sees }) => {
    for (const { version, because } of versions) {
      const text = await deployed(strategy, version);
      sees(text).toMatch(because === null ? /deployed in / : /rolled back, after /);
      if (because !== null) sees(text).toMatch(because);
      sees(await servingIn(strategy.place)).toBe('v2');
      sees(await places.shares(strategy.place)).toEqual({ v2: 100 });
    }
  }, 900_000);
});
