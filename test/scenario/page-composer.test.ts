import { describe, expect, test } from 'vitest';
import { hasChromium } from '../support/chromium.ts';
import { pageForEachTest } from '../support/page-in-browser.ts';

describe.runIf(hasChromium('the page in a browser'))('the composer', () => {
  const open = pageForEachTest();

  test('a command is completed and sent with the keyboard alone', async () => {
    const { page, composer, heard } = open();
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
    const { page, server, composer } = open();
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
    const { page, composer, acts } = open();
    await composer().fill('one');
    await composer().press('Shift+Enter');
    await page.keyboard.type('two');
    expect(await composer().inputValue()).toBe('one\ntwo');
    expect(acts('say')).toEqual([]);
  });

  test('an example fills the composer and waits for Enter', async () => {
    const { page, composer, acts } = open();
    await page.getByRole('button', { name: '/deploy-staging api v2' }).click();
    expect(await composer().inputValue()).toBe('/deploy-staging api v2');
    expect(acts('say')).toEqual([]);
  });
});
