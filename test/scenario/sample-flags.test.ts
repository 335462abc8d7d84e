import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Person, wordsOf } from './person.ts';
import { withCheckout } from './samples.ts';
import { openStory, type Story } from './story.ts';
import { until } from './until.ts';
import { answerTo, ended, order, servingOf } from './watching.ts';

let story: Story;
let ada: Person;
let ben: Person;

const COMMANDER = '\ngrants:\n  - { role: commander, people: [U0BEN], services: all, environments: all }\n';
const because = '--incident INC-7 --reason "checkout answers 500 since noon"';

beforeAll(async () => {
  const configuration = withCheckout('products:\n  shop: { services: [api, web] }\n');
  story = await openStory({ configuration: configuration.replace('\ngrants:\n', COMMANDER) });
  ada = await story.as('U0ADA');
  ben = await story.as('U0BEN');
});
afterAll(() => story?.close());

/** What those see who come now, a hundred times over: by the heading of the page. */
async function seen(): Promise<Record<string, number>> {
  const state = JSON.parse(await readFile(join(story.home, 'local', 'state.json'), 'utf8')) as {
    targets: { service: string; environment: string; port: number }[];
  };
  const port = state.targets.find(({ service }) => service === 'checkout')?.port;
  const found: Record<string, number> = {};
  for (let time = 0; time < 100; time += 1) {
    const answer = await fetch(`http://127.0.0.1:${port}/`);
    const heading = /<h1>([^<]*)</.exec(await answer.text())?.[1] ?? String(answer.status);
    found[heading] = (found[heading] ?? 0) + 1;
  }
  return found;
}

const deploy = (words: string, version: string) =>
  order(ada, () => ada.type(`/deploy-staging checkout@${words}`), `checkout ${version} → staging`);

describe.sequential('the flag of a sample service', () => {
  test('is off for everybody after the first start', async () => {
    expect((await ended(ada, await deploy('v2', 'v2'))).text).toContain('deployed in');
    expect(await seen()).toEqual({ Checkout: 100 });
  });

  test('takes back what is good until it is turned up, and is set back itself', async () => {
    const end = await ended(ada, await deploy('v7 --flag new-checkout=50', 'v7'));
    expect(end.text).toMatch(/rolled back|taken back/);
    expect(wordsOf(end)).toContain('Turn new-checkout on for 50 %');
    expect(await servingOf(ada, 'checkout')).toContain('v2');
    await until(async () => (await seen())['Checkout'] === 100);
  });

  test('is turned up for a share of those who come, which is what they see', async () => {
    const end = await ended(ada, await deploy('v2 --flag new-checkout=40', 'v2'));
    expect(end.text).toContain('deployed in');
    const share = (await seen())['New checkout'] ?? 0;
    // A hundred fair draws of 40 % are outside of this once in a hundred thousand times.
    expect(share).toBeGreaterThan(18);
    expect(share).toBeLessThan(63);
  });

  test('is switched off at once, which nobody has to be deployed for, and on again by name', async () => {
    const typed = () => ben.type(`/deploy-emergency kill-switch new-checkout ${because}`);
    const shown = await answerTo(ben, typed);
    expect(wordsOf(shown)).toContain('on for 40 %');
    const known = ben.forms().length;
    await ben.press(shown, 'Switch off…');
    await ben.sees(() => ben.forms().length > known);
    const form = ben.forms().at(-1);
    if (form === undefined) throw new Error('no form was opened');
    await ben.submit(form, { confirm: 'new-checkout' });
    await until(async () => (await seen())['Checkout'] === 100);
    const back = await answerTo(ben, () => ben.type(`/deploy-emergency switch-on new-checkout ${because}`));
    await ben.press(back, 'Switch on again…');
    await until(async () => ((await seen())['New checkout'] ?? 0) > 18);
  });

  test('is no flag of a product whose services do not read it', async () => {
    const refused = await answerTo(ada, () => ada.type('/deploy-staging shop@v2 --flag new-checkout=10'));
    expect(refused.text).toContain('No service of shop has a flag new-checkout in staging');
    expect(await servingOf(ada, 'api')).toContain('v1');
  });
});
