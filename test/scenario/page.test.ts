import { describe, expect, test } from 'vitest';
import { hasChromium } from '../support/chromium.ts';
import { atCard, CARD, pageForEachTest, world } from '../support/page-in-browser.ts';
import { card, message, plain } from '../support/page-world.ts';

describe.runIf(hasChromium('the page in a browser'))('the page', () => {
  const open = pageForEachTest();

  test('a message changes in its place while one looks at it', async () => {
    const { page, server } = open();
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

  test('the end is followed however fast it moves away, and whoever reads further up is left alone', async () => {
    const { page, server } = open();
    const scroller = page.locator('.message-list__scroller').first();
    const fromEnd = () =>
      scroller.evaluate((element) => element.scrollHeight - element.scrollTop - element.clientHeight);
    for (let index = 0; index < 40; index++) {
      const told = message(`1763640200.0001${index + 10}`, 'U0SLIPWAY', `line ${index}`, {
        blocks: card(40),
      });
      server.tell('U0ADA', { kind: 'message', message: told });
    }
    await page.getByText('line 39').or(page.locator('[data-ts="1763640200.000149"]')).first().waitFor();
    await expect.poll(fromEnd).toBeLessThan(2);

    await scroller.hover();
    await page.mouse.wheel(0, -600);
    await expect.poll(fromEnd).toBeGreaterThan(300);
    const late = message('1763640300.000100', 'U0SLIPWAY', 'late', { blocks: card(100, true) });
    server.tell('U0ADA', { kind: 'message', message: late });
    await page.getByRole('button', { name: '1 new message' }).waitFor();
    expect(await fromEnd()).toBeGreaterThan(300);

    await page.locator('.conversation .composer textarea').fill('/deploy-status');
    await page.getByRole('button', { name: 'Send' }).click();
    await expect.poll(fromEnd).toBeLessThan(2);
  });

  test('a new message is said aloud, politely', async () => {
    const { page, server } = open();
    const privately = message('1763640100.000100', 'U0SLIPWAY', 'No service paymets', { isEphemeral: true });
    server.tell('U0ADA', { kind: 'message', message: privately });
    await page.getByText('Only visible to you', { exact: true }).waitFor();
    const said = page.locator('[aria-live=polite]');
    await expect.poll(() => said.textContent()).toBe('Slipway, only visible to you: No service paymets');
  });

  test('a click on a button is a block action with what the button carries', async () => {
    const { page, heard } = open();
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
    const { page, acts, heard } = open();
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
    const { page, heard } = open();
    await page.getByRole('button', { name: 'More actions' }).press('Enter');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    expect(await heard('block-action')).toMatchObject({
      act: { actionId: 'more', action: { type: 'overflow', selected_option: { value: 'compare' } } },
    });
  });

  test('a click that fails says so beside the message', async () => {
    const { page, server } = open();
    server.answerActs(() => ({ ok: false, error: 'The app did not answer in time.' }));
    await page.getByRole('button', { name: 'Details' }).click();
    await page
      .locator(`[data-ts="${CARD}"]`)
      .getByRole('alert')
      .filter({ hasText: 'did not answer' })
      .waitFor();
  });

  test('being somebody else shows what they may see, and nothing of before', async () => {
    const { page, server, composer, heard } = open();
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
    const { page, server } = open();
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
    const { page, server, heard } = open();
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
    const { page, server, heard } = open();
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
    const { page, server } = open();
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
});
