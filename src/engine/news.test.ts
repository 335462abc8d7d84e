import { beforeEach, describe, expect, test } from 'vitest';
import { grant, type Office, openOffice } from '../../test/support/office/office.ts';
import type { NotifyRule } from '../core/notify.ts';
import { noPreference, type Preference } from '../core/preference.ts';
import { plain } from '../core/text.ts';
import { PREFERENCE } from './board/preference.ts';

let office: Office;
beforeEach(() => {
  office = openOffice();
});

const rule = (more: Partial<NotifyRule>): NotifyRule => ({
  channels: ['C9'],
  services: '*',
  environments: '*',
  on: ['deployed', 'rolled-back', 'needs-human'],
  severityMin: null,
  ...more,
});

async function prefers(account: string, direct: Preference['direct']): Promise<void> {
  const sheet = { kind: PREFERENCE, id: account, afterVersion: 0, key: `p/${account}`, isOpen: false };
  await office.store.board.put({ ...sheet, body: { ...noPreference, direct }, dueAtMs: null, notices: [] });
}

/** Every word that waits to be said, as `key: where: what`. */
async function words(): Promise<string[]> {
  const rows = await office.store.outbox.take('test', 10_000, 1_000);
  for (const row of rows) await office.store.outbox.drop(row, 'read');
  return rows.flatMap(({ key, content }) => {
    if (content.kind !== 'word') return [];
    const { to, text } = content;
    return [`${key.replace(/d-\w+/, 'd')}: ${'id' in to ? to.id : to.name}: ${plain(text)}`];
  });
}

async function carryOut(id: string): Promise<void> {
  for (let visits = 0; visits < 20 && (await office.deployment(id)).outcome === null; visits++) {
    await office.visit(id);
    office.pass(10_000);
  }
}

describe('what is told besides the card', () => {
  test('the approvers are called once, below the card, and never whoever asked', async () => {
    office.catalog = {
      ...office.catalog,
      grants: [...office.catalog.grants, grant('approver', ['S0CREW'])],
    };
    const id = await office.request();
    const told = await words();
    expect(told).toEqual([
      'approvers/d: production: @S0APPROVERS @S0CREW @U0BOB api v2 → production waits for approval.',
    ]);
    await office.approve(id);
    await carryOut(id);
    expect((await office.deployment(id)).outcome).toBe('deployed');
    expect(await words()).toEqual([]);
  });

  test('a channel that asked for it hears how it ended, in the transaction in which it ended', async () => {
    office.catalog = { ...office.catalog, notify: [rule({})] };
    const id = await office.request();
    await words();
    await office.approve(id);
    await carryOut(id);
    const told = await words();
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(/^news\/d\/\d+\/C9: C9: api v2 → production: deployed in /);
  });

  test('whoever asked is written to when they wanted that, and nobody else', async () => {
    await prefers('U0ANN', 'ended');
    await prefers('U0BOB', 'all');
    const id = await office.request();
    await words();
    await office.approve(id);
    await carryOut(id);
    const told = await words();
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(/^news\/d\/\d+\/direct: U0ANN: api v2 → production: deployed in /);
  });

  test('without a rule and without a wish nobody hears anything', async () => {
    const id = await office.request();
    await words();
    await office.approve(id);
    await carryOut(id);
    expect(await words()).toEqual([]);
  });
});
