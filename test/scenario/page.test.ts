import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ModalView, Snapshot } from '../../src/local/workspace/page-contract.ts';
import { hasChromium, openChromium } from '../support/chromium.ts';
import { type PageServer, startPageServer } from '../support/page-server.ts';
import { card, message, option, plain, snapshot } from '../support/page-world.ts';

const CARD = '1763640060.000100';
const atCard = message(CARD, 'U0SLIPWAY', 'api v2 to staging: 40 %', { blocks: card(40), replyCount: 1 });

function world(me: string, more: Partial<Snapshot> = {}): Snapshot {
  return snapshot(me, { messages: { C0DEPLOYS: [atCard] }, ...more });
}

const form: ModalView = {
  id: 'V1',
  hash: '1',
  title: 'Deploy to staging',
  submit: 'Deploy',
  close: 'Cancel',
  errors: {},
  isBusy: false,
  blocks: [
    {
      type: 'input',
      block_id: 'service',
      label: plain('Service'),
      element: { type: 'external_select', action_id: 'pick', min_query_length: 0 },
    },
    {
      type: 'input',
      block_id: 'version',
      label: plain('Version'),
      element: { type: 'plain_text_input', action_id: 'typed' },
    },
    {
      type: 'input',
      block_id: 'how',
      label: plain('Strategy'),
      element: {
        type: 'radio_buttons',
        action_id: 'chosen',
        options: [option('Rolling', 'rolling'), option('All at once', 'all')],
      },
    },
    {
      type: 'input',
      block_id: 'tell',
      optional: true,
      label: plain('Tell'),
      element: { type: 'checkboxes', action_id: 'whom', options: [option('The channel', 'channel')] },
    },
  ],
};

describe.runIf(hasChromium('the page in a browser'))('the page', () => {
  let folder = '';
  let browser: Browser;
  let server: PageServer;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'slipway-page-'));
    await build({ root: 'src/local/page', logLevel: 'error', build: { outDir: folder, emptyOutDir: true } });
    browser = await openChromium();
  });

  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  beforeEach(async () => {
    server = await startPageServer(folder, {
      U0ADA: world('U0ADA'),
      U0BEN: world('U0BEN', { messages: {} }),
    });
    page = await browser.newPage();
    page.setDefaultTimeout(15_000);
    complaints.length = 0;
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (said) => said.type() === 'error' && complaints.push(said.text()));
    await page.goto(server.address);
    await composer().waitFor();
  });

  afterEach(async () => {
    await page.close();
    await server.close();
    // A connection that a test cut is no mistake of the page.
    expect(complaints.filter((complaint) => !complaint.includes('net::ERR_'))).toEqual([]);
  });

  const composer = () => page.getByRole('combobox', { name: /^Message #deploys/ });
  const acts = (kind: string) => server.heard.filter(({ act }) => act.kind === kind);
  const heard = async (kind: string, count = 1) => {
    await expect.poll(() => acts(kind).length).toBe(count);
    return acts(kind).at(-1);
  };

  test('a command is completed and sent with the keyboard alone', async () => {
    await composer().press('/');
    await page.getByRole('option', { name: /deploy-staging/ }).waitFor();
    await composer().press('ArrowDown');
    expect(await page.getByRole('option', { selected: true }).textContent()).toContain('/deploy-status');
    await composer().press('ArrowUp');
    await composer().press('Tab');
    expect(await composer().inputValue()).toBe('/deploy-staging ');
    expect(await page.locator('.composer__ghost').textContent()).toContain('[service] [version]');
    await page.keyboard.type('api v2');
    await composer().press('Enter');
    expect(await heard('say')).toEqual({
      user: 'U0ADA',
      act: { kind: 'say', channel: 'C0DEPLOYS', text: '/deploy-staging api v2', threadTs: null },
    });
    expect(await composer().inputValue()).toBe('');
    await composer().press('ArrowUp');
    expect(await composer().inputValue()).toBe('/deploy-staging api v2');
  });

  test('what Slack says when a command fails stands under the composer, and the text is not lost', async () => {
    server.answerActs(() => ({
      ok: false,
      error: '/deploy-staging failed with the error "operation_timeout"',
    }));
    await composer().fill('/deploy-staging api v2');
    await composer().press('Enter');
    await page.getByRole('alert').filter({ hasText: 'operation_timeout' }).waitFor();
    expect(await composer().inputValue()).toBe('/deploy-staging api v2');
  });

  test('Shift+Enter makes a new line and sends nothing', async () => {
    await composer().fill('one');
    await composer().press('Shift+Enter');
    await page.keyboard.type('two');
    expect(await composer().inputValue()).toBe('one\ntwo');
    expect(acts('say')).toEqual([]);
  });

  test('an example fills the composer and waits for Enter', async () => {
    await page.getByRole('button', { name: '/deploy-staging api v2' }).click();
    expect(await composer().inputValue()).toBe('/deploy-staging api v2');
    expect(acts('say')).toEqual([]);
  });

  test('a message changes in its place while one looks at it', async () => {
    const shown = page.locator(`[data-ts="${CARD}"]`);
    await shown.getByText('40 %').waitFor();
    await shown.evaluate((element) => element.setAttribute('data-same', 'yes'));
    const edited = { ...atCard, blocks: card(100, true), editedAt: 1_763_640_090_000 };
    server.tell('U0ADA', { kind: 'message', message: edited });
    await shown.getByText('100 %').waitFor();
    expect(await shown.getAttribute('data-same')).toBe('yes');
    expect(await shown.getByRole('progressbar', { name: '5 of 5 done' }).count()).toBe(1);
    expect(await page.locator('.messages > [data-ts]').count()).toBe(1);
  });

  test('a new message is said aloud, politely', async () => {
    const privately = message('1763640100.000100', 'U0SLIPWAY', 'No service paymets', { isEphemeral: true });
    server.tell('U0ADA', { kind: 'message', message: privately });
    await page.getByText('Only visible to you', { exact: true }).waitFor();
    const said = page.locator('[aria-live=polite]');
    await expect.poll(() => said.textContent()).toBe('Slipway, only visible to you: No service paymets');
  });

  test('a click on a button is a block action with what the button carries', async () => {
    await page.getByRole('button', { name: 'Details' }).click();
    expect(await heard('block-action')).toMatchObject({
      user: 'U0ADA',
      act: {
        channel: 'C0DEPLOYS',
        messageTs: CARD,
        viewId: null,
        isHome: false,
        blockId: 'buttons',
        actionId: 'details',
        action: {
          type: 'button',
          action_id: 'details',
          block_id: 'buttons',
          value: 'd-7f3a',
          text: plain('Details'),
        },
      },
    });
  });

  test('a dangerous button asks first, and Esc means no', async () => {
    const question = page.getByRole('dialog', { name: 'Roll back api on staging?' });
    await page.getByRole('button', { name: 'Roll back api on staging' }).click();
    await question.waitFor();
    await page.keyboard.press('Escape');
    await question.waitFor({ state: 'detached' });
    expect(acts('block-action')).toEqual([]);
    await page.getByRole('button', { name: 'Roll back api on staging' }).click();
    await question.getByRole('button', { name: 'Roll back' }).click();
    expect(await heard('block-action')).toMatchObject({ act: { actionId: 'roll_back' } });
  });

  test('an overflow menu is walked with the arrow keys', async () => {
    await page.getByRole('button', { name: 'More actions' }).press('Enter');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    expect(await heard('block-action')).toMatchObject({
      act: { actionId: 'more', action: { type: 'overflow', selected_option: { value: 'compare' } } },
    });
  });

  test('a click that fails says so beside the message', async () => {
    server.answerActs(() => ({ ok: false, error: 'The app did not answer in time.' }));
    await page.getByRole('button', { name: 'Details' }).click();
    await page
      .locator(`[data-ts="${CARD}"]`)
      .getByRole('alert')
      .filter({ hasText: 'did not answer' })
      .waitFor();
  });

  test('a modal collects its values in the shape of state.values', async () => {
    server.answerOptions(({ value }) => ({
      options: ['api', 'web']
        .filter((name) => name.includes(value ?? ''))
        .map((name) => ({ text: name, value: name, description: null })),
    }));
    server.tell('U0ADA', { kind: 'modals', modals: [form] });
    const dialog = page.getByRole('dialog', { name: 'Deploy to staging' });
    await dialog.getByRole('combobox', { name: 'Service' }).click();
    await page.keyboard.type('w');
    await dialog.getByRole('option', { name: 'web' }).click();
    await dialog.getByRole('textbox', { name: 'Version' }).fill('v2');
    await dialog.getByRole('radio', { name: 'Rolling' }).check();
    await dialog.getByRole('button', { name: 'Deploy' }).click();
    expect(await heard('submit')).toEqual({
      user: 'U0ADA',
      act: {
        kind: 'submit',
        viewId: 'V1',
        values: {
          service: { pick: { type: 'external_select', selected_option: option('web', 'web') } },
          version: { typed: { type: 'plain_text_input', value: 'v2' } },
          how: { chosen: { type: 'radio_buttons', selected_option: option('Rolling', 'rolling') } },
          tell: { whom: { type: 'checkboxes', selected_options: [] } },
        },
      },
    });
    expect(server.asked.at(-1)).toEqual({
      user: 'U0ADA',
      actionId: 'pick',
      blockId: 'service',
      value: 'w',
      viewId: 'V1',
    });
  });

  test('a refused submission shows each error beside its field, and the first one has the focus', async () => {
    server.tell('U0ADA', {
      kind: 'modals',
      modals: [{ ...form, errors: { version: 'There is no version v9.' } }],
    });
    const field = page.getByRole('textbox', { name: 'Version' });
    await page.getByText('There is no version v9.').waitFor();
    expect(await field.getAttribute('aria-invalid')).toBe('true');
    const describedBy = (await field.getAttribute('aria-describedby')) ?? '';
    expect(await page.locator(`[id="${describedBy}"]`).textContent()).toContain('There is no version v9.');
    await expect.poll(() => field.evaluate((element) => element.matches(':focus'))).toBe(true);
  });

  test('an empty required field is not sent at all', async () => {
    server.tell('U0ADA', { kind: 'modals', modals: [form] });
    await page.getByRole('dialog').getByRole('button', { name: 'Deploy' }).click();
    expect(await page.getByText('Please complete this required field.').count()).toBe(3);
    expect(acts('submit')).toEqual([]);
  });

  test('Esc closes an open list first, then the modal, and the focus goes back where it was', async () => {
    await composer().focus();
    server.tell('U0ADA', { kind: 'modals', modals: [form] });
    const dialog = page.getByRole('dialog', { name: 'Deploy to staging' });
    await dialog.getByRole('combobox', { name: 'Service' }).press('ArrowDown');
    await dialog.getByRole('listbox').waitFor();
    await page.keyboard.press('Escape');
    await dialog.getByRole('listbox').waitFor({ state: 'detached' });
    expect(await dialog.count()).toBe(1);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(await heard('close-modal')).toMatchObject({ act: { viewId: 'V1', isCleared: false } });
    expect(await composer().evaluate((element) => element.matches(':focus'))).toBe(true);
  });

  test('the focus stays inside an open modal', async () => {
    server.tell('U0ADA', { kind: 'modals', modals: [form] });
    await page.getByRole('dialog').waitFor();
    for (let presses = 0; presses < 14; presses += 1) {
      await page.keyboard.press('Tab');
      // The browser's own toolbar is one of the stops; then nothing of the page has the focus.
      expect(
        await page.evaluate(
          'document.activeElement === document.body || document.activeElement.closest("dialog") !== null',
        ),
      ).toBe(true);
    }
  });

  test('being somebody else shows what they may see, and nothing of before', async () => {
    const shown = page.locator('.messages > [data-ts]');
    await shown.waitFor();
    let arrive = () => {};
    server.holdState(
      new Promise<void>((resolve) => {
        arrive = resolve;
      }),
    );

    await page.getByRole('button', { name: /Ben/ }).click();
    await page.getByRole('button', { name: /Ben/, pressed: true }).waitFor();
    expect(await shown.count()).toBe(0);
    arrive();
    await page.getByText('Bot connected').waitFor();
    expect(await shown.count()).toBe(0);
    server.tell('U0BEN', { kind: 'message', message: message('1763640200.000100', 'U0SLIPWAY', 'for Ben') });
    await page.locator('.messages').getByText('for Ben').waitFor();
    await composer().fill('hello');
    await composer().press('Enter');
    expect(await heard('say')).toMatchObject({ user: 'U0BEN' });
  });

  test('a lost connection is said, and what was missed is there when it is back', async () => {
    server.setReachable(false);
    await page.getByText('The connection to the workspace is lost. Reconnecting…').waitFor();
    server.setSnapshot(
      'U0ADA',
      world('U0ADA', { messages: { C0DEPLOYS: [atCard, message('1763640300.000100', 'U0BEN', 'missed')] } }),
    );
    server.setReachable(true);
    await page.locator('.messages').getByText('missed').waitFor();
    await page.getByText('Bot connected').waitFor();
  });

  test('a thread shows its replies and sends into it', async () => {
    const reply = message('1763640070.000100', 'U0SLIPWAY', 'three commits', { threadTs: CARD });
    server.tell('U0ADA', { kind: 'message', message: reply });
    await page.getByRole('button', { name: /1 reply/ }).click();
    const thread = page.getByRole('complementary', { name: 'Thread' });
    await thread.getByText('three commits').waitFor();
    await thread.getByRole('combobox', { name: /^Reply/ }).fill('@slipway status');
    await page.keyboard.press('Enter');
    expect(await heard('say')).toMatchObject({ act: { text: '@slipway status', threadTs: CARD } });
  });

  test('faults are switched, and the wire shows bodies on demand', async () => {
    await page.getByRole('button', { name: 'Faults' }).click();
    await page.getByRole('switch', { name: /Double delivery/ }).click();
    expect(await heard('set-faults')).toMatchObject({ act: { faults: { doubleDelivery: true } } });
    await page.getByRole('button', { name: 'Wire' }).click();
    const line = {
      seq: 1,
      at: 0,
      direction: 'from-bot',
      what: 'chat.update',
      status: 429,
      tookMs: 3,
      body: { ts: CARD },
      answer: { ok: false },
    } as const;
    server.tell('U0ADA', { kind: 'wire', line });
    await page.getByText('chat.update').click();
    await page.getByText(`"ts": "${CARD}"`).waitFor();
  });

  test('a block that is unknown is shown as what it is, and markup in a message is words', async () => {
    const strange = message('1763640400.000100', 'U0SLIPWAY', 'x', {
      blocks: [
        { type: 'hologram', block_id: 'h', beam: '<b>on</b>' },
        {
          type: 'section',
          block_id: 's',
          text: { type: 'mrkdwn', text: '<img src=x onerror=alert(1)> <javascript:alert(2)|press>' },
        },
      ],
    });
    server.tell('U0ADA', { kind: 'message', message: strange });
    await page.locator('summary').filter({ hasText: 'hologram' }).click();
    await page.getByText('"beam": "<b>on</b>"').waitFor();
    const shown = page.locator('[data-ts="1763640400.000100"]');
    expect(await shown.locator('img, a').count()).toBe(0);
    expect(await shown.textContent()).toContain('press');
  });

  test('everything that can be pressed is reached with Tab, has a name, and shows where the focus is', async () => {
    await page.getByRole('button', { name: 'Wire' }).click();
    const wanted = (await page.evaluate(reachable)) as number;
    expect(wanted).toBeGreaterThan(20);
    await page.evaluate('document.activeElement.blur()');
    const seen = new Set<string>();
    for (let presses = 0; presses < wanted + 5; presses += 1) {
      await page.keyboard.press('Tab');
      const stop = (await page.evaluate(focused)) as { id: string; name: string; isVisible: boolean } | null;
      if (stop === null) continue;
      expect(stop.name, stop.id).not.toBe('');
      expect(stop.isVisible, `${stop.id} ${stop.name}`).toBe(true);
      seen.add(stop.id);
    }
    expect(seen.size).toBe(wanted);
  });

  test.each([
    [1280, 800],
    [800, 600],
    [390, 780],
  ])('at %d × %d nothing is cut off sideways', async (width, height) => {
    await page.setViewportSize({ width, height });
    const overflow = await page.evaluate(
      '[...document.querySelectorAll("main, .message, .composer, .top-bar")].filter((e) => e.scrollWidth > e.clientWidth + 1).map((e) => e.className)',
    );
    expect(overflow).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
  });
});

/** Numbers everything that a keyboard should reach, and says how many there are. A group of radio buttons is one stop. */
const reachable = `(() => {
  const all = [...document.querySelectorAll('button, a[href], input, textarea, select, summary, [tabindex="0"]')]
    .filter((e) => e.tabIndex >= 0 && !e.disabled && e.checkVisibility({ visibilityProperty: true }));
  all.forEach((e, index) => e.setAttribute('data-stop', String(index)));
  return all.length;
})()`;

/** Which of them has the focus, what it is called, and whether it can be seen to have it. */
const focused = `(() => {
  const e = document.activeElement;
  const id = e.getAttribute('data-stop');
  if (id === null) return null;
  const name = e.getAttribute('aria-label') || e.textContent.trim() || e.labels?.[0]?.textContent || '';
  const box = e.closest('.composer__box');
  const isVisible = getComputedStyle(e).outlineStyle !== 'none' || (box !== null && getComputedStyle(box).boxShadow !== 'none');
  return { id, name, isVisible };
})()`;
