import { expect, test } from 'vitest';
import type { Given } from './store.test.ts';
import { beginning, ended, ending, held, LONG_MS, notice, started } from './store-world.ts';

export function beginContract({ store }: Given): void {
  test('a new deployment has its first event, takes its targets and is due at once', async () => {
    const { journal, targets, outbox } = store();
    expect(await journal.begin(beginning('d-1', { notices: [notice('card')] }))).toEqual({ kind: 'begun' });
    const nowMs = await store().nowMs();
    const entries = await journal.read('d-1', 0);
    expect(entries).toEqual([{ seq: 1, atMs: expect.any(Number), event: started }]);
    expect(Math.abs((entries[0]?.atMs ?? 0) - nowMs)).toBeLessThan(5_000);
    expect(await targets.all()).toMatchObject([
      { id: 'api/staging', takenBy: 'd-1', believed: null, seen: null },
    ]);
    expect(await journal.due(10)).toEqual(['d-1']);
    expect((await outbox.take('sender', 10, LONG_MS)).map(({ key }) => key)).toEqual(['card']);
  });

  test('what a request made is found by its key, and nothing is found for one that made nothing', async () => {
    const { journal } = store();
    await journal.begin(beginning('d-1', { orderKey: 'k-1' }));
    await journal.begin(beginning('d-2', { orderKey: 'k-2' }));
    expect(await journal.begunBy('k-1')).toBe('d-1');
    expect(await journal.begunBy('k-2')).toBeNull();
  });

  test('a request is found by its own key as well, and makes one deployment, whatever it asks for', async () => {
    const { journal } = store();
    const waiting = { isWaiting: true, askedAs: 'press-1' };
    expect(await journal.begin(beginning('d-1', { ...waiting, orderKey: 'v2' }))).toEqual({ kind: 'begun' });
    expect(await journal.begunBy('press-1')).toBe('d-1');
    expect(await journal.begunBy('v2')).toBe('d-1');
    const repeated = { kind: 'repeated', deploymentId: 'd-1' };
    expect(await journal.begin(beginning('d-2', { ...waiting, orderKey: 'v3' }))).toEqual(repeated);
    expect(await journal.begin(beginning('d-3', { isWaiting: true, orderKey: 'v2' }))).toEqual(repeated);
    expect(await journal.begunBy('v3')).toBeNull();
    const other = { isWaiting: true, askedAs: 'press-2', orderKey: 'v3' };
    expect(await journal.begin(beginning('d-4', other))).toEqual({ kind: 'begun' });
    const both = { isWaiting: true, askedAs: 'press-2', orderKey: 'v2' };
    expect(await journal.begin(beginning('d-5', both))).toEqual(repeated);
  });

  test('a second deployment on a target is refused as busy, and writes nothing at all', async () => {
    const { journal, targets, outbox } = store();
    await journal.begin(beginning('d-1'));
    const second = beginning('d-2', {
      orderKey: 'again',
      targets: [
        { id: 'web/staging', service: 'web', version: 'v1' },
        { id: 'api/staging', service: 'api', version: 'v3' },
      ],
      notices: [notice('card of d-2')],
    });
    expect(await journal.begin(second)).toEqual({ kind: 'busy', target: 'api/staging', deploymentId: 'd-1' });
    expect(await journal.find('d-2')).toBeNull();
    expect(await journal.read('d-2', 0)).toEqual([]);
    expect(await journal.list({ service: 'web', environment: null, isActive: null, limit: 9 })).toEqual([]);
    expect((await targets.all()).filter(({ takenBy }) => takenBy === 'd-2')).toEqual([]);
    expect(await outbox.backlog()).toMatchObject({ rows: 0 });
    expect(await journal.begin({ ...second, targets: [second.targets[0]!] })).toEqual({ kind: 'begun' });
  });

  test('of fifty who begin on one target at once, one does, and the others are told which', async () => {
    const { journal } = store();
    const ids = Array.from({ length: 50 }, (_, index) => `d-${index}`);
    const begun = await Promise.all(ids.map((id) => journal.begin(beginning(id))));
    const winner = ids[begun.findIndex(({ kind }) => kind === 'begun')];
    expect(begun.filter(({ kind }) => kind === 'begun')).toHaveLength(1);
    const losers = begun.filter(({ kind }) => kind !== 'begun');
    expect(new Set(losers.map((loser) => JSON.stringify(loser)))).toEqual(
      new Set([JSON.stringify({ kind: 'busy', target: 'api/staging', deploymentId: winner })]),
    );
    const active = await journal.list({ service: null, environment: null, isActive: true, limit: 99 });
    expect(active.map(({ deploymentId }) => deploymentId)).toEqual([winner]);
  });

  test('two who want the same targets in opposite orders do not hold each other up', async () => {
    const { journal } = store();
    const a = { id: 'a/staging', service: 'a', version: 'v1' };
    const b = { id: 'b/staging', service: 'b', version: 'v1' };
    for (let round = 0; round < 10; round += 1) {
      const begun = await Promise.all([
        journal.begin(beginning(`d-${round}-1`, { targets: [a, b] })),
        journal.begin(beginning(`d-${round}-2`, { targets: [b, a] })),
      ]);
      expect(begun.map(({ kind }) => kind).toSorted()).toEqual(['begun', 'busy']);
      const winner = begun[0]?.kind === 'begun' ? `d-${round}-1` : `d-${round}-2`;
      const claim = await journal.claim(winner, 'worker', LONG_MS);
      await journal.append(claim!, 1, ending('deployed'));
    }
  });

  test('an order key names its deployment for ever, whatever is asked with it, even after the end', async () => {
    const { journal } = store();
    await ended(store(), 'd-1', 'deployed', { orderKey: 'one press' });
    const again = beginning('d-2', { orderKey: 'one press', target: 'web/staging' });
    expect(await journal.begin(again)).toEqual({ kind: 'repeated', deploymentId: 'd-1' });
    expect(await journal.find('d-2')).toBeNull();
    const same = beginning('d-1', { orderKey: 'one press' });
    expect(await journal.begin(same)).toEqual({ kind: 'repeated', deploymentId: 'd-1' });
  });

  test('one order asked a hundred times at once makes one deployment, and all are told which', async () => {
    const { journal } = store();
    const all = Array.from({ length: 100 }, (_, index) =>
      journal.begin(beginning(`d-${index}`, { orderKey: 'double click' })),
    );
    const begun = await Promise.all(all);
    const winner = `d-${begun.findIndex(({ kind }) => kind === 'begun')}`;
    expect(begun.filter(({ kind }) => kind === 'begun')).toHaveLength(1);
    const others = begun.filter(({ kind }) => kind !== 'begun');
    expect(others).toEqual(others.map(() => ({ kind: 'repeated', deploymentId: winner })));
  });

  test('an id that is taken asks for another one', async () => {
    const { journal } = store();
    await ended(store(), 'd-1', 'deployed');
    const other = beginning('d-1', { orderKey: 'another order' });
    expect(await journal.begin(other)).toEqual({ kind: 'id-taken' });
    expect(await journal.begin({ ...other, deploymentId: 'd-2' })).toEqual({ kind: 'begun' });
  });

  test('a refused order leaves its key free', async () => {
    const { journal } = store();
    const claim = await held(store(), 'd-1');
    const order = beginning('d-2', { orderKey: 'later' });
    expect(await journal.begin(order)).toMatchObject({ kind: 'busy' });
    await journal.append(claim, 1, ending('stopped'));
    expect(await journal.begin(order)).toEqual({ kind: 'begun' });
  });

  test('a target stays held by a deployment that called for a person, until it is resolved, once', async () => {
    const { journal, targets } = store();
    await ended(store(), 'd-1', 'needs-human');
    const next = beginning('d-2');
    expect(await journal.begin(next)).toEqual({ kind: 'held', target: 'api/staging', deploymentId: 'd-1' });
    expect(await targets.all()).toMatchObject([{ takenBy: 'd-1' }]);
    const resolved = await Promise.all(['U1', 'U2', 'U3'].map((by) => journal.resolve('d-1', by)));
    expect(resolved.filter(Boolean)).toHaveLength(1);
    expect(await journal.resolve('d-1', 'U4')).toBe(false);
    expect(await targets.all()).toMatchObject([{ takenBy: null }]);
    expect(await journal.begin(next)).toEqual({ kind: 'begun' });
  });

  test('there is nothing to resolve at a deployment that is active, ended well or is not there', async () => {
    const { journal } = store();
    await journal.begin(beginning('d-1'));
    await ended(store(), 'd-2', 'deployed', { target: 'web/staging' });
    expect(await journal.resolve('d-1', 'U1')).toBe(false);
    expect(await journal.resolve('d-2', 'U1')).toBe(false);
    expect(await journal.resolve('d-3', 'U1')).toBe(false);
    expect(await journal.begin(beginning('d-4'))).toMatchObject({ kind: 'busy', deploymentId: 'd-1' });
  });

  test('whoever holds a reference to what was begun cannot change what is stored', async () => {
    const { journal } = store();
    const targets = [{ id: 'api/staging', service: 'api', version: 'v2' }];
    const event = { kind: 'step-started' as const, step: 'release' };
    await journal.begin(beginning('d-1', { targets, event }));
    targets[0]!.version = 'v9';
    event.step = 'retire';
    expect(await journal.find('d-1')).toMatchObject({ targets: [{ version: 'v2' }] });
    expect(await journal.read('d-1', 0)).toMatchObject([{ event: { step: 'release' } }]);
  });
}
