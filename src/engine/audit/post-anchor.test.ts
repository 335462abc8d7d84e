import { expect, test } from 'vitest';
import { memoryStore } from '../../store/memory/index.ts';
import { postAnchor } from './post-anchor.ts';

const anchor = (number: number) => ({
  number,
  hash: String(number).padStart(64, 'a'),
  signature: `s${number}`,
});

async function said(store: ReturnType<typeof memoryStore>): Promise<string[]> {
  const keys: string[] = [];
  for (;;) {
    const [row] = await store.outbox.take('test', 1, 1_000);
    if (row === undefined) return keys;
    keys.push(`${row.key} ${JSON.stringify(row.content)}`);
    await store.outbox.sent(row, { channel: 'C1', ts: '1' });
  }
}

test('each checkpoint is said once, in order, with its number, its hash and its signature', async () => {
  const store = memoryStore({ nowMs: () => 1 });
  await postAnchor(store, 'C7', anchor(1));
  await Promise.all([postAnchor(store, 'C7', anchor(2)), postAnchor(store, 'C7', anchor(2))]);
  await postAnchor(store, 'C7', anchor(1));
  const words = await said(store);
  expect(words.map((each) => each.split(' ')[0])).toEqual(['anchor/1', 'anchor/2']);
  for (const part of ['"C7"', anchor(2).hash, 's2']) expect(words[1]).toContain(part);
});

test('what is posted leaves no line in the record, or every checkpoint would call for another', async () => {
  const store = memoryStore({ nowMs: () => 1 });
  await postAnchor(store, 'C7', anchor(1));
  expect(await store.ledger.heads('moved')).toEqual([]);
});
