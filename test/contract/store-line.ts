import { expect, test } from 'vitest';
import type { Claim, Signal, Store } from '../../src/store/store.ts';
import type { Given } from './store.test.ts';
import { aborted, beginning, ending, LONG_MS, notice, settled, started, writing } from './store-world.ts';

export function lineContract({ store, pass }: Given): void {
  const wait = async (id: string, target = 'api/staging') => {
    const begun = await store().journal.begin(beginning(id, { target, isWaiting: true }));
    expect(begun).toEqual({ kind: 'begun' });
  };
  const claimed = async ({ journal }: Store, id: string): Promise<Claim> => {
    const claim = await journal.claim(id, 'worker', LONG_MS);
    if (claim === null) throw new Error(`${id} could not be claimed`);
    return claim;
  };
  const inLine = async (id: string) => {
    const claim = await claimed(store(), id);
    expect(await store().journal.lineUp(claim)).toBe(true);
    await store().journal.release(claim, null);
    await pass(5);
  };

  test('who waits has a journal and takes nothing; several may wait for one target', async () => {
    const { journal, targets } = store();
    await wait('d-1');
    await wait('d-2');
    expect((await targets.all()).map(({ takenBy }) => takenBy)).toEqual([null]);
    expect(await journal.find('d-1')).toMatchObject({ isWaiting: true, outcome: null });
    expect(await journal.begin(beginning('d-3'))).toEqual({ kind: 'begun' });
    expect((await targets.all()).map(({ takenBy }) => takenBy)).toEqual(['d-3']);
  });

  test('who starts takes the targets and writes in one go, or is told who has them and writes nothing', async () => {
    const { journal, targets, outbox } = store();
    await wait('d-1');
    await wait('d-2');
    const first = await claimed(store(), 'd-1');
    expect(await journal.start(first, 1, writing([started], { notices: [notice('one')] }))).toBe('written');
    expect(await journal.find('d-1')).toMatchObject({ isWaiting: false });
    expect((await targets.all()).map(({ takenBy }) => takenBy)).toEqual(['d-1']);
    const second = await claimed(store(), 'd-2');
    const busy = { kind: 'busy', target: 'api/staging', deploymentId: 'd-1' };
    expect(await journal.start(second, 1, writing([started], { notices: [notice('two')] }))).toEqual(busy);
    expect(await journal.read('d-2', 1)).toEqual([]);
    expect(await outbox.backlog()).toMatchObject({ rows: 1 });
    expect(await journal.append(second, 1, writing([settled]))).toBe('written');
  });

  test('a start follows what its holder has read, and nobody starts without the lease', async () => {
    const { journal, targets } = store();
    await wait('d-1');
    const claim = await claimed(store(), 'd-1');
    expect(await journal.start(claim, 0, writing([started]))).toBe('behind');
    expect(await journal.start({ ...claim, fence: claim.fence - 1 }, 1, writing([started]))).toBe('fenced');
    expect((await targets.all()).map(({ takenBy }) => takenBy)).toEqual([null]);
  });

  test('a line is kept in the order in which it was joined, and nobody starts past it', async () => {
    const { journal } = store();
    for (const id of ['d-1', 'd-2', 'd-3']) await wait(id);
    await inLine('d-2');
    await inLine('d-1');
    expect(await journal.line('api/staging')).toEqual(['d-2', 'd-1']);
    const pushing = await store().journal.claim('d-3', 'worker', LONG_MS);
    const behind = { kind: 'behind-others', deploymentId: 'd-2' };
    expect(await journal.start(pushing as Claim, 1, writing([started]))).toEqual(behind);
    // Asking again keeps the place.
    await journal.signal('d-2', 'again', started, []);
    await inLine('d-2');
    expect(await journal.line('api/staging')).toEqual(['d-2', 'd-1']);
  });

  test('who steps out of line keeps nobody waiting, and joins at its end again', async () => {
    const { journal } = store();
    for (const id of ['d-1', 'd-2']) await wait(id);
    await inLine('d-1');
    await inLine('d-2');
    await journal.signal('d-1', 'look', started, []);
    const first = await claimed(store(), 'd-1');
    expect(await journal.stepOut({ ...first, fence: first.fence - 1 })).toBe(false);
    expect(await journal.line('api/staging')).toEqual(['d-1', 'd-2']);
    expect(await journal.stepOut(first)).toBe(true);
    expect(await journal.line('api/staging')).toEqual(['d-2']);
    await pass(5);
    expect(await journal.lineUp(first)).toBe(true);
    expect(await journal.line('api/staging')).toEqual(['d-2', 'd-1']);
  });

  test('whoever is in line is woken when the target is let go, and only they', async () => {
    const { journal } = store();
    await journal.begin(beginning('d-0'));
    await wait('d-1');
    await wait('d-2', 'web/staging');
    await inLine('d-1');
    await inLine('d-2');
    const running = await claimed(store(), 'd-0');
    expect(await journal.due(10)).toEqual([]);
    expect(await journal.append(running, 1, ending('rolled-back'))).toBe('written');
    expect(await journal.due(10)).toEqual(['d-1']);
    const next = await claimed(store(), 'd-1');
    expect(await journal.start(next, 1, writing([started]))).toBe('written');
    expect(await journal.line('api/staging')).toEqual([]);
  });

  test('who ends without ever having started lets nobody else’s target go, and leaves the line', async () => {
    const { journal, targets } = store();
    await journal.begin(beginning('d-0'));
    await wait('d-1');
    await inLine('d-1');
    await journal.signal('d-1', 'stop', started, []);
    const claim = await claimed(store(), 'd-1');
    expect(await journal.append(claim, 2, ending('stopped'))).toBe('written');
    expect(await journal.line('api/staging')).toEqual([]);
    expect((await targets.all()).map(({ takenBy }) => takenBy)).toEqual(['d-0']);
    expect(await journal.find('d-1')).toMatchObject({ isWaiting: false, outcome: 'stopped' });
  });

  const stop = (deploymentId: string, key = `abort/${deploymentId}`): Signal => {
    return { deploymentId, key, event: aborted, notices: [notice(`stopping ${deploymentId}`)] };
  };
  const replacing = (id: string, replaced: string) =>
    beginning(id, { isWaiting: true, notices: [notice(`card of ${id}`)], replaces: stop(replaced) });

  test('who replaces another stands where it stood, and the other is told, once', async () => {
    const { journal, outbox } = store();
    await journal.begin(beginning('d-0'));
    for (const id of ['d-1', 'd-2', 'd-3']) {
      await wait(id);
      await inLine(id);
    }
    expect(await journal.begin(replacing('d-4', 'd-2'))).toEqual({ kind: 'begun' });
    expect(await journal.line('api/staging')).toEqual(['d-1', 'd-4', 'd-3']);
    expect(await journal.read('d-2', 1)).toMatchObject([{ seq: 2, event: aborted }]);
    expect(await journal.begin({ ...replacing('d-5', 'd-3'), orderKey: 'order-d-4' })).toEqual({
      kind: 'repeated',
      deploymentId: 'd-4',
    });
    expect(await journal.line('api/staging')).toEqual(['d-1', 'd-4', 'd-3']);
    expect(await journal.read('d-3', 1)).toEqual([]);
    expect(await outbox.backlog()).toMatchObject({ rows: 2 });
    expect((await journal.due(10)).toSorted()).toEqual(['d-0', 'd-2', 'd-4']);
    await inLine('d-4');
    expect(await journal.line('api/staging')).toEqual(['d-1', 'd-4', 'd-3']);
    const running = await claimed(store(), 'd-0');
    await journal.append(running, 1, ending('deployed'));
    const early = await claimed(store(), 'd-3');
    const behind = { kind: 'behind-others', deploymentId: 'd-1' };
    expect(await journal.start(early, 1, writing([started]))).toEqual(behind);
  });

  test('who has left the line is not replaced, and nothing at all is written', async () => {
    const { journal, outbox } = store();
    await journal.begin(beginning('d-0', { target: 'web/staging' }));
    for (const id of ['d-1', 'd-2', 'd-3']) await wait(id);
    for (const id of ['d-1', 'd-2']) await inLine(id);
    await journal.signal('d-1', 'look', started, []);
    const first = await claimed(store(), 'd-1');
    expect(await journal.start(first, 2, writing([started]))).toBe('written');
    await journal.signal('d-2', 'stop', started, []);
    const second = await claimed(store(), 'd-2');
    expect(await journal.append(second, 2, ending('stopped'))).toBe('written');
    for (const gone of ['d-0', 'd-1', 'd-2', 'd-3', 'd-9']) {
      const begun = await journal.begin(replacing('d-4', gone));
      expect(begun).toEqual({ kind: 'not-in-line', deploymentId: gone });
    }
    expect(await journal.find('d-4')).toBeNull();
    expect(await journal.begunBy('order-d-4')).toBeNull();
    expect(await journal.read('d-1', 3)).toEqual([]);
    expect(await journal.line('api/staging')).toEqual([]);
    expect(await outbox.backlog()).toMatchObject({ rows: 0 });
  });

  test('who wants more than the one that they replace passes nobody who waits for the rest', async () => {
    const { journal } = store();
    const web = { id: 'web/staging', service: 'web', version: 'v2' };
    const api = { id: 'api/staging', service: 'api', version: 'v2' };
    await wait('d-1');
    await inLine('d-1');
    await wait('d-2', 'web/staging');
    await inLine('d-2');
    expect(await journal.begin({ ...replacing('d-3', 'd-1'), targets: [api, web] })).toEqual({
      kind: 'begun',
    });
    expect(await journal.read('d-1', 1)).toMatchObject([{ event: aborted }]);
    expect(await journal.line('api/staging')).toEqual([]);
    expect(await journal.line('web/staging')).toEqual(['d-2']);
    await inLine('d-3');
    expect(await journal.line('web/staging')).toEqual(['d-2', 'd-3']);
    expect(await journal.begin(replacing('d-4', 'd-3'))).toEqual({ kind: 'begun' });
    expect(await journal.line('api/staging')).toEqual(['d-4']);
    expect(await journal.line('web/staging')).toEqual(['d-2']);
  });

  test('of ten who replace one order at once, one does', async () => {
    const { journal } = store();
    await journal.begin(beginning('d-0'));
    await wait('d-1');
    await inLine('d-1');
    const all = Array.from({ length: 10 }, (_, index) => journal.begin(replacing(`n-${index}`, 'd-1')));
    const begun = (await Promise.all(all)).map(({ kind }) => kind);
    expect(begun.toSorted()).toEqual(['begun', ...begun.slice(1).map(() => 'not-in-line')]);
    expect(await journal.line('api/staging')).toEqual([`n-${begun.indexOf('begun')}`]);
    expect(await journal.read('d-1', 1)).toHaveLength(1);
  });

  test('of twenty who start at once one does, and the others are told which', async () => {
    const { journal } = store();
    const ids = Array.from({ length: 20 }, (_, index) => `d-${index}`);
    for (const id of ids) await wait(id);
    const claims = await Promise.all(ids.map((id) => claimed(store(), id)));
    const begun = await Promise.all(claims.map((claim) => journal.start(claim, 1, writing([started]))));
    const winner = ids[begun.indexOf('written')];
    expect(begun.filter((each) => each === 'written')).toHaveLength(1);
    for (const each of begun.filter((one) => one !== 'written')) {
      expect(each).toEqual({ kind: 'busy', target: 'api/staging', deploymentId: winner });
    }
  });
}
