import { describe, expect, test } from 'vitest';
import type { ModalView } from '../../src/local/workspace/page-contract.ts';
import { hasChromium } from '../support/chromium.ts';
import { pageForEachTest } from '../support/page-in-browser.ts';
import { option, plain } from '../support/page-world.ts';

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

describe.runIf(hasChromium('the page in a browser'))('a modal on the page', () => {
  const open = pageForEachTest();

  test('a modal collects its values in the shape of state.values', async () => {
    const { page, server, heard } = open();
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
    const { page, server } = open();
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
    const { page, server, acts } = open();
    server.tell('U0ADA', { kind: 'modals', modals: [form] });
    await page.getByRole('dialog').getByRole('button', { name: 'Deploy' }).click();
    expect(await page.getByText('Please complete this required field.').count()).toBe(3);
    expect(acts('submit')).toEqual([]);
  });

  test('Esc closes an open list first, then the modal, and the focus goes back where it was', async () => {
    const { page, server, composer, heard } = open();
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
    const { page, server } = open();
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

  test('a moment is picked in the zone of whoever picks it, and sent as seconds', async () => {
    const { page, server, heard } = open();
    const zone = await page.evaluate(() => Intl.DateTimeFormat().resolvedOptions().timeZone);
    const seconds = (local: string) => page.evaluate((words) => new Date(words).getTime() / 1_000, local);
    const picker = (block_id: string, words: string, more: object) => ({
      type: 'input',
      block_id,
      optional: true,
      label: plain(words),
      element: { type: 'datetimepicker', action_id: 'v1:moment', ...more },
    });
    const first = await seconds('2026-11-21T09:30');
    const blocks = [
      picker('when', 'When', {}),
      picker('kept', 'Until', { initial_date_time: first }),
      picker('empty', 'Reminder', { initial_date_time: first }),
    ];
    server.tell('U0ADA', { kind: 'modals', modals: [{ ...form, blocks }] });
    const dialog = page.getByRole('dialog', { name: 'Deploy to staging' });
    expect(await dialog.getByLabel('Until').inputValue()).toBe('2026-11-21T09:30');
    expect(await dialog.getByText(zone).count()).toBe(3);
    await dialog.getByLabel('When').fill('2027-03-28T04:15');
    await dialog.getByLabel('Reminder').fill('');
    await dialog.getByRole('button', { name: 'Deploy' }).click();
    const picked = (selected_date_time: number | null) => ({
      'v1:moment': { type: 'datetimepicker', selected_date_time },
    });
    const { act } = (await heard('submit')) as { act: { values: unknown } };
    expect(act.values).toEqual({
      when: picked(await seconds('2027-03-28T04:15')),
      kept: picked(first),
      empty: picked(null),
    });
  });
});
