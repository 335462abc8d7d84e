import { expect, test } from 'vitest';
import { member } from '../../../test/support/members.ts';
import { answer } from '../../core/answer.ts';
import type { Desk } from '../../core/desk.ts';
import { refuse } from '../../core/refusal.ts';
import { memoryStore } from '../../store/memory/index.ts';
import type { EngineParts } from '../parts.ts';
import { notedDesk } from './noted-desk.ts';

const store = memoryStore({ nowMs: () => 1 });
const complaints: string[] = [];
const parts = {
  store,
  catalog: () => ({ people: [{ name: 'ada', accounts: ['U1'] }] }),
  log: { error: (_fields: object, sentence: string) => complaints.push(sentence) },
} as unknown as EngineParts;
const plain = {
  status: async () => answer('fine', [], { deploymentIds: ['d-11111111'] }),
  abort: async () => refuse('not-allowed', ['no']),
  suggestServices: async () => [],
} as unknown as Desk;
const noted = (key: string, from = parts) =>
  notedDesk({ parts: from, visitor: { actor: member('U1'), channel: 'C1', key } }, plain);

test('every request is on record with who asked, from where, for what, and what became of it', async () => {
  await noted('k1').status({ service: 'api', environment: null, deployment: null });
  await noted('k2').abort('d-22222222', 'the token is ghp_0123456789012345678901234567890123456789');
  await noted('k3').suggestServices('a', 5);
  const records = (await store.ledger.read('desk', 0, 10)).map(({ text }) => JSON.parse(text));
  expect(records).toMatchObject([
    {
      actor: { id: 'U1', person: 'ada', kind: 'person' },
      origin: { channel: 'C1', deliveryKey: 'k1' },
      action: 'ask-status',
      object: { service: 'api', deployment: 'd-11111111' },
      outcome: 'done',
      code: null,
    },
    { action: 'ask-abort', object: { deployment: 'd-22222222' }, outcome: 'refused', code: 'not-allowed' },
  ]);
  expect(JSON.stringify(records)).not.toContain('ghp_0123456789');
});

test('a record that cannot be written takes nobody’s answer away, and is said aloud', async () => {
  const broken = { ...store, ledger: { ...store.ledger, note: () => Promise.reject(new Error('down')) } };
  const reply = await noted('k4', { ...parts, store: broken }).status({
    service: null,
    environment: null,
    deployment: null,
  });
  expect(reply).toMatchObject({ kind: 'answer', sentence: 'fine' });
  expect(complaints).toEqual(['a request could not be put on record']);
});
