import type { Browser, Locator, Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasChromium, openChromium } from '../support/chromium.ts';
import { openStory, type Story } from './story.ts';

describe.runIf(hasChromium('whole stories in a browser'))('in a browser', () => {
  let story: Story;
  let browser: Browser;
  const complaints: string[] = [];

  beforeAll(async () => {
    // Where the program serves it from.
    await build({ root: 'src/local/page', logLevel: 'error' });
    [story, browser] = await Promise.all([openStory(), openChromium()]);
  });
  afterAll(async () => {
    await browser?.close();
    await story?.close();
  });

  async function tabOf(name: string): Promise<Page> {
    const page = await (await browser.newContext()).newPage();
    page.setDefaultTimeout(120_000);
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (said) => said.type() === 'error' && complaints.push(said.text()));
    await page.goto(story.url());
    await page.getByRole('button', { name: new RegExp(`${name} (asks|approves)`) }).click();
    await page.getByRole('combobox', { name: /^Message #deploys/ }).waitFor();
    return page;
  }

  async function type(page: Page, line: string): Promise<void> {
    await page.getByRole('combobox', { name: /^Message #deploys/ }).fill(line);
    await page.getByRole('button', { name: 'Send' }).click();
  }

  const cardOf = (page: Page, title: string): Locator =>
    page
      .getByRole('article')
      .filter({ has: page.getByRole('heading', { name: title, exact: true }) })
      .last();

  test('two people watch one card move by itself, and one of them rolls it back with a button', async () => {
    const [ada, ben] = await Promise.all([tabOf('Ada'), tabOf('Ben')]);
    // Gone after a reload: what is here at the end was never loaded anew.
    for (const page of [ada, ben])
      await page.evaluate(() => Object.assign(globalThis, { isTheSamePage: true }));
    const watching = [ada, ben].map(async (page) => {
      const card = cardOf(page, 'api v2 → staging');
      await card.getByText(/^[1-7] of 8 steps done$/).waitFor();
      await card.getByText('All 8 steps done').waitFor();
      await card.getByText('✔ Deployed').waitFor();
    });
    await type(ada, '/deploy-staging api v2');
    await Promise.all([...watching, ada.getByText('Queued: api v2 → staging').first().waitFor()]);
    expect(await ben.getByText('Queued: api v2 → staging').count()).toBe(0);

    await cardOf(ben, 'api v2 → staging')
      .getByRole('button', { name: /Roll back/ })
      .click();
    await ben.getByText('Nothing has been changed yet.').first().waitFor();
    await ben.getByRole('button', { name: 'Roll back api to v1' }).click();
    const dialog = ben.getByRole('dialog').or(ben.getByRole('alertdialog'));
    await dialog.getByText('api in staging goes from v2 back to v1.').waitFor();
    expect(await cardOf(ben, 'api v1 → staging (rollback)').count()).toBe(0);
    await dialog.getByRole('button', { name: 'No' }).click();
    await dialog.waitFor({ state: 'detached' });
    await ben.getByRole('button', { name: 'Roll back api to v1' }).click();
    await dialog.getByRole('button', { name: 'Go ahead' }).click();
    for (const page of [ada, ben])
      await cardOf(page, 'api v1 → staging (rollback)').getByText('✔ Rollback done').waitFor();
    for (const page of [ada, ben])
      expect(await page.evaluate(() => 'isTheSamePage' in globalThis)).toBe(true);
    expect(complaints).toEqual([]);
  });

  test('what to do is chosen first, and only what that takes is asked for', async () => {
    const ada = await tabOf('Ada');
    await type(ada, '/deploy-emergency');
    const form = ada.getByRole('dialog');
    await form.getByRole('radio', { name: 'Stop everything that is on its way or waits' }).check();
    expect(await form.getByRole('textbox').count()).toBe(0);
    await form.getByRole('button', { name: 'Next' }).click();
    await form.getByLabel(/Incident/).fill('INC-7');
    expect(await form.getByRole('radio').count()).toBe(0);
    await form.getByLabel(/Reason/).fill('checkout answers 500 since noon');
    await form.getByLabel(/Confirm/).fill('al');
    await form.getByRole('button', { name: 'Stop it all' }).click();
    await form.getByText('must be all').waitFor();
    await form.getByLabel(/Confirm/).fill('all');
    await form.getByRole('button', { name: 'Stop it all' }).click();
    await form.waitFor({ state: 'detached' });
    await ada.getByText('That needs the commander role').first().waitFor();
    expect(complaints).toEqual([]);
  });
});
