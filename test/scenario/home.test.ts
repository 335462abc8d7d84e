import type { Browser, Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MessageView } from '../../src/local/workspace/page-contract.ts';
import { hasChromium, openChromium } from '../support/chromium.ts';
import { buttonsOf, type Person, wordsOf } from './person.ts';
import { withProduction } from './production.ts';
import { openStory, type Story } from './story.ts';
import { until } from './until.ts';
import { answerTo, cardsOf, ended, threadOf } from './watching.ts';

const NOTIFY = `notify:
  - { channels: [C0GENERAL], environments: [production], on: [deployed, rolled-back, needs-human] }
`;

let story: Story;
let ada: Person;
let ben: Person;

beforeAll(async () => {
  const commander = '  - { role: commander, people: [U0BEN], services: all, environments: all }\n';
  const configuration = withProduction('[{ needed: 1 }]', NOTIFY).replace(
    '\ngrants:\n',
    `\ngrants:\n${commander}`,
  );
  story = await openStory({ configuration });
  ada = await story.as('U0ADA');
  ben = await story.as('U0BEN');
});
afterAll(() => story?.close());

const homeWords = (who: Person) => wordsOf({ text: '', blocks: who.home()?.blocks ?? [] });

/** Waits until somebody's open home tab says something, without looking again. */
async function homeSays(who: Person, words: string): Promise<void> {
  await until(
    () => homeWords(who).includes(words),
    undefined,
    () => `not “${words}”: ${homeWords(who)}`,
  );
}

async function asksFor(version: string): Promise<MessageView> {
  const title = `api ${version} → production`;
  const shown = await answerTo(ada, () => ada.type(`/deploy-production api@${version}`));
  await ada.press(shown, 'Request approval');
  await ada.sees(() => cardsOf(ada, title).length > 0);
  return cardsOf(ada, title).at(-1) as MessageView;
}

/** What somebody is told in their direct messages, after they did something. */
async function toldDirectly(who: Person, what: () => Promise<unknown>): Promise<MessageView> {
  const before = new Set(who.messages().map(({ ts }) => ts));
  await what();
  return who.sees(
    ({ ts, channel, isEphemeral }) => !before.has(ts) && !isEphemeral && channel.startsWith('D'),
  );
}

describe.sequential('the home tab', () => {
  let card: MessageView;

  test('says that nothing waits, what runs where, what is chosen and how to begin', async () => {
    await ben.act({ kind: 'open-home' });
    await homeSays(ben, 'Nothing waits for you.');
    for (const words of ['Your services', 'You are not written to', 'How to begin', '/deploy-staging'])
      expect(homeWords(ben)).toContain(words);
  });

  test('is kept up to date: what begins to wait for somebody is there without a look, with a way to it', async () => {
    card = await asksFor('v2');
    await homeSays(ben, 'Waits for your approval');
    expect(buttonsOf({ blocks: ben.home()?.blocks ?? [] })).toContain('Look at the plan');
    const plan = await toldDirectly(ben, () => ben.press('home', 'Look at the plan'));
    expect(buttonsOf(plan)).toContain('Approve');
    await ada.act({ kind: 'open-home' });
    await homeSays(ada, 'waits');
    expect(homeWords(ada)).toContain('Nothing waits for you.');
  });

  test('approvers are called once, in the thread, and never the whole channel', async () => {
    await ben.sees(({ text }) => text.includes('waits for approval'));
    const calls = threadOf(ben, card).filter(({ text }) => text.includes('waits for approval'));
    expect(calls).toHaveLength(1);
    const [call] = calls;
    expect(JSON.stringify(call?.blocks)).toContain('"user_id":"U0BEN"');
    expect(JSON.stringify(call?.blocks)).not.toContain('"user_id":"U0ADA"');
  });

  test('preferences are a form that holds what is chosen, and what is emptied in it goes', async () => {
    await ada.press('home', 'Change…');
    await ada.sees(() => ada.forms().length > 0);
    const [form] = ada.forms();
    if (form === undefined) throw new Error('no form was opened');
    const filled = { messages: 'ended', favourites: 'web' };
    const told = await toldDirectly(ada, () =>
      ada.act({
        kind: 'submit',
        viewId: form.id,
        values: {
          messages: { 'v1:choice': { type: 'radio_buttons', selected_option: { value: filled.messages } } },
          favourites: { 'v1:text': { type: 'plain_text_input', value: filled.favourites } },
        },
      }),
    );
    expect(told.text).toContain('You are written to when a deployment of yours has ended');
    await homeSays(ada, '★ web');
    await ada.press('home', 'Change…');
    await ada.sees(() => ada.forms().some(({ id }) => id !== form.id));
    const again = ada.forms().at(-1);
    expect(JSON.stringify(again?.blocks)).toContain('"initial_value":"web"');
    await ada.act({ kind: 'close-modal', viewId: again?.id ?? '', isCleared: true });
  });

  test('in the thread of a card a mention is about its deployment, and nothing is guessed elsewhere', async () => {
    const status = await answerTo(ben, () => ben.say('<@U0SLIPWAY> status', card.ts, card.channel));
    expect(status.text).toContain('api v2 → production');
    const shown = await answerTo(ben, () => ben.say('<@U0SLIPWAY> approve', card.ts, card.channel));
    expect(buttonsOf(shown)).toContain('Approve');
    const lost = await answerTo(ben, () => ben.say('<@U0SLIPWAY> hold', null, 'C0DEPLOYS'));
    expect(lost.text).not.toContain('is held');
    const held = await answerTo(ben, () => ben.press(shown, 'Approve'));
    expect(held.text).toContain('You approved');
  });

  test('the outcome goes to the channel that asked for it and to whoever wanted it, each once', async () => {
    await ended(ada, card);
    const isOutcome = ({ text }: MessageView) => /^api v2 → production: deployed in /.test(text);
    const direct = await ada.sees((message) => isOutcome(message) && message.channel.startsWith('D'));
    await ada.sees((message) => isOutcome(message) && message.channel === 'C0GENERAL');
    expect(buttonsOf(direct)[0]).toMatch(/^Show d-/);
    const others = ben.messages().filter((message) => isOutcome(message) && message.channel.startsWith('D'));
    expect(others).toEqual([]);
  });

  test('rollback in the thread shows how that very deployment would be taken back', async () => {
    const plan = await answerTo(ben, () => ben.say('<@U0SLIPWAY> rollback', card.ts, card.channel));
    expect(plan.text).toMatch(/api in production from v2 (?:back )?to v1|Roll/);
    expect(buttonsOf(plan).some((label) => label.startsWith('Roll back api'))).toBe(true);
  });

  test('shortcuts: what waits for me, the form of a freeze, and what a message in a thread is about', async () => {
    const shortcut = (callbackId: string, message: MessageView | null = null) =>
      ben.act({
        kind: 'shortcut',
        callbackId,
        channel: message?.channel ?? null,
        messageTs: message?.ts ?? null,
      });
    const waiting = await toldDirectly(ben, () => shortcut('pending-approvals'));
    expect(waiting.text).toBe('Nothing waits for your approval.');
    await shortcut('emergency-freeze');
    await ben.sees(() => ben.forms().length > 0);
    const form = ben.forms().at(-1);
    expect(JSON.stringify(form?.blocks)).toContain('"block_id":"incident"');
    expect(JSON.stringify(form?.blocks)).not.toContain('"block_id":"version"');
    await ben.act({ kind: 'close-modal', viewId: form?.id ?? '', isCleared: true });
    const mine = threadOf(ben, card).find(({ user }) => user === 'U0BEN') as MessageView;
    const details = await answerTo(ben, () => shortcut('deploy-details', mine));
    expect(details.text).toContain('api v2 → production');
  });
});

describe.runIf(hasChromium('the home tab in a browser'))('the home tab in a browser', () => {
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    await build({ root: 'src/local/page', logLevel: 'error' });
    browser = await openChromium();
    page = await (await browser.newContext({ viewport: { width: 1280, height: 1400 } })).newPage();
    page.setDefaultTimeout(120_000);
    await page.goto(story.url());
    await page.getByRole('button', { name: /Ben (asks|approves)/ }).click();
    await page.getByRole('combobox', { name: /^Message #deploys/ }).waitFor();
  });
  afterAll(() => browser?.close());

  test('is reached, read and changed with the mouse', async () => {
    await page.getByRole('button', { name: /home$/ }).click();
    const home = page.getByRole('region', { name: 'Home' });
    await home.getByRole('heading', { name: 'Your services' }).waitFor();
    await home.getByRole('button', { name: 'Change…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Direct messages about my deployments').waitFor();
    await dialog.getByRole('radio', { name: 'When one needs a person' }).check();
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'detached' });
    await home.getByText('You are written to when a deployment of yours needs a person.').waitFor();
  });

  test('shortcuts stand behind the lightning by the composer and behind the dots of a message', async () => {
    await page
      .getByRole('button', { name: /production/ })
      .first()
      .click();
    await page.getByRole('button', { name: 'Shortcuts', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Emergency freeze' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Incident').first().waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    const message = page.getByRole('article').last();
    await message.hover();
    await page.getByRole('button', { name: 'Shortcuts for this message' }).last().click();
    await page.getByRole('menuitem', { name: 'Deploy details' }).click();
    await page
      .getByText(/Steps of d-/)
      .first()
      .waitFor();
  });
});
