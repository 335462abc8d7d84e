import { expect, test } from 'vitest';
import type { Given } from './store.test.ts';
import { LONG_MS, MIDDLE_MS, OVER_MIDDLE_MS, OVER_MS, SHORT_MS } from './store-world.ts';

const delivery = (key: string, body: unknown = { text: 'deploy' }) => ({
  key,
  kind: 'command' as const,
  body,
});

export function inboxContract({ store, pass }: Given): void {
  test('of fifty who ask about one key, one is the first, and there is nothing to handle', async () => {
    const { inbox } = store();
    const first = await Promise.all(Array.from({ length: 50 }, () => inbox.once('w-1')));
    expect(first.filter(Boolean)).toHaveLength(1);
    expect(await inbox.once('w-2')).toBe(true);
    expect(await inbox.once('w-1')).toBe(false);
    expect(await inbox.receive(delivery('w-1'))).toBe(false);
    expect(await inbox.waiting(0, 10)).toEqual([]);
    expect(await inbox.take('w-1', 'me', LONG_MS)).toBeNull();
  });

  test('of fifty deliveries with one key, one is received', async () => {
    const { inbox } = store();
    const received = await Promise.all(Array.from({ length: 50 }, () => inbox.receive(delivery('k-1'))));
    expect(received.filter(Boolean)).toHaveLength(1);
    expect(await inbox.receive(delivery('k-1'))).toBe(false);
    expect(await inbox.receive(delivery('k-2'))).toBe(true);
  });

  test('of twenty who take a delivery, one gets it, whole', async () => {
    const { inbox } = store();
    const sent = { key: 'k-1', kind: 'click' as const, body: { a: [1, null, 'ü \0'], z: { y: true } } };
    await inbox.receive(sent);
    const takers = Array.from({ length: 20 }, (_, index) => inbox.take('k-1', `worker-${index}`, LONG_MS));
    const taken = (await Promise.all(takers)).filter((it) => it !== null);
    expect(taken).toEqual([sent]);
  });

  test.each([[null], ['text'], [0], [[]]])('a body may be any JSON: %j', async (body) => {
    const { inbox } = store();
    await inbox.receive(delivery('k-1', body));
    expect(await inbox.take('k-1', 'worker', LONG_MS)).toEqual(delivery('k-1', body));
  });

  test('nobody can take what is done or was never received', async () => {
    const { inbox } = store();
    await inbox.receive(delivery('k-1'));
    await inbox.take('k-1', 'worker-a', SHORT_MS);
    await inbox.done('k-1', 'worker-a');
    await pass(OVER_MS);
    expect(await inbox.take('k-1', 'worker-b', LONG_MS)).toBeNull();
    expect(await inbox.take('k-2', 'worker-b', LONG_MS)).toBeNull();
    expect(await inbox.receive(delivery('k-1'))).toBe(false);
  });

  test('a delivery whose taker went away can be taken again, and then it is no longer theirs', async () => {
    const { inbox } = store();
    await inbox.receive(delivery('k-1'));
    await inbox.take('k-1', 'worker-a', MIDDLE_MS);
    expect(await inbox.take('k-1', 'worker-b', LONG_MS)).toBeNull();
    await pass(OVER_MIDDLE_MS);
    expect(await inbox.take('k-1', 'worker-b', SHORT_MS)).not.toBeNull();
    await inbox.done('k-1', 'worker-a');
    await pass(OVER_MS);
    expect(await inbox.take('k-1', 'worker-c', LONG_MS)).not.toBeNull();
  });

  test('a delivery is held for as long as its taker keeps it, and by nobody who has lost it', async () => {
    const { inbox } = store();
    await inbox.receive(delivery('k-1'));
    await inbox.take('k-1', 'worker-a', SHORT_MS);
    await inbox.keep('k-1', 'worker-b', SHORT_MS);
    await inbox.keep('k-1', 'worker-a', LONG_MS);
    await pass(OVER_MS);
    expect(await inbox.take('k-1', 'worker-b', LONG_MS)).toBeNull();
    await inbox.keep('k-1', 'worker-a', SHORT_MS);
    await pass(OVER_MS);
    expect(await inbox.take('k-1', 'worker-b', SHORT_MS)).not.toBeNull();
    await inbox.keep('k-1', 'worker-a', LONG_MS);
    await pass(OVER_MS);
    expect(await inbox.take('k-1', 'worker-c', LONG_MS)).not.toBeNull();
  });

  test('what nobody has handled is found after a while, oldest first', async () => {
    const { inbox } = store();
    for (const key of ['k-1', 'k-2', 'k-3', 'k-4']) {
      await inbox.receive(delivery(key));
      await pass(2);
    }
    await inbox.take('k-1', 'worker', LONG_MS);
    await inbox.take('k-2', 'worker', LONG_MS);
    await inbox.done('k-2', 'worker');
    expect(await inbox.waiting(LONG_MS, 10)).toEqual([]);
    expect(await inbox.waiting(0, 10)).toEqual(['k-3', 'k-4']);
    expect(await inbox.waiting(0, 1)).toEqual(['k-3']);
  });

  test('what was taken and not handled is found again when the lease is over', async () => {
    const { inbox } = store();
    await inbox.receive(delivery('k-1'));
    await inbox.take('k-1', 'worker', MIDDLE_MS);
    expect(await inbox.waiting(0, 10)).toEqual([]);
    await pass(OVER_MIDDLE_MS);
    expect(await inbox.waiting(0, 10)).toEqual(['k-1']);
  });

  test('handled deliveries are forgotten, but their keys still guard against a replay', async () => {
    const { inbox } = store();
    for (const key of ['done', 'open']) await inbox.receive(delivery(key));
    await inbox.take('done', 'worker', LONG_MS);
    await inbox.done('done', 'worker');
    await pass(5);
    expect(await inbox.sweep(LONG_MS)).toBe(0);
    expect(await inbox.sweep(1)).toBe(1);
    expect(await inbox.sweep(1)).toBe(0);
    expect(await inbox.receive(delivery('done'))).toBe(false);
    expect(await inbox.waiting(0, 10)).toEqual(['open']);
    expect(await inbox.take('open', 'worker', LONG_MS)).toEqual(delivery('open'));
  });
}
