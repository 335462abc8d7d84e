import { expect, test } from 'vitest';
import type { Given } from './store.test.ts';
import { LONG_MS, OVER_MS, SHORT_MS } from './store-world.ts';

export function dutyContract({ store, pass }: Given): void {
  test('of twenty who want a duty, one has it', async () => {
    const { duties } = store();
    const owners = Array.from({ length: 20 }, (_, index) => `process-${index}`);
    const held = await Promise.all(owners.map((owner) => duties.hold('reconcile', owner, LONG_MS)));
    expect(held.filter(Boolean)).toHaveLength(1);
  });

  test('whoever has a duty keeps it by asking again, and others have other duties', async () => {
    const { duties } = store();
    expect(await duties.hold('reconcile', 'a', SHORT_MS)).toBe(true);
    expect(await duties.hold('reconcile', 'a', LONG_MS)).toBe(true);
    await pass(OVER_MS);
    expect(await duties.hold('reconcile', 'b', LONG_MS)).toBe(false);
    expect(await duties.hold('sweep', 'b', LONG_MS)).toBe(true);
  });

  test('a duty goes to the next when its lease is over', async () => {
    const { duties } = store();
    await duties.hold('reconcile', 'a', SHORT_MS);
    await pass(OVER_MS);
    expect(await duties.hold('reconcile', 'b', LONG_MS)).toBe(true);
    expect(await duties.hold('reconcile', 'a', LONG_MS)).toBe(false);
  });

  test('only its holder can drop a duty', async () => {
    const { duties } = store();
    await duties.hold('reconcile', 'a', LONG_MS);
    await duties.drop('reconcile', 'b');
    expect(await duties.hold('reconcile', 'b', LONG_MS)).toBe(false);
    await duties.drop('reconcile', 'a');
    expect(await duties.hold('reconcile', 'b', LONG_MS)).toBe(true);
  });
}
