import { expect, test } from 'vitest';
import type { Given } from './store.test.ts';
import {
  aborted,
  beginning,
  ended,
  held,
  LONG_MS,
  MIDDLE_MS,
  notice,
  OVER_MIDDLE_MS,
  settled,
  writing,
} from './store-world.ts';

export function signalContract({ store, pass }: Given): void {
  test('a signal is written without the lease, with what it tells', async () => {
    const { journal, outbox } = store();
    await held(store());
    expect(await journal.signal('d-1', 'abort', aborted, [notice('card')])).toBe('written');
    expect(await journal.read('d-1', 1)).toMatchObject([{ seq: 2, event: aborted }]);
    expect(await outbox.backlog()).toMatchObject({ rows: 1 });
  });

  test('a hundred signals with one key are written once', async () => {
    const { journal, outbox } = store();
    await held(store());
    const signals = Array.from({ length: 100 }, () =>
      journal.signal('d-1', 'press', aborted, [notice('card')]),
    );
    const signalled = await Promise.all(signals);
    expect(signalled.filter((it) => it === 'written')).toHaveLength(1);
    expect(signalled.filter((it) => it === 'repeated')).toHaveLength(99);
    expect(await journal.read('d-1', 1)).toHaveLength(1);
    expect(await outbox.take('sender', 9, LONG_MS)).toMatchObject([{ revision: 1 }]);
  });

  test('twenty signals with different keys, beside a holder who writes, leave no gap and no loss', async () => {
    const { journal } = store();
    const claim = await held(store());
    const signals = Array.from({ length: 20 }, (_, index) =>
      journal.signal('d-1', `press ${index}`, aborted, []),
    );
    let isWritten = false;
    while (!isWritten) {
      const seq = (await journal.read('d-1', 0)).length;
      isWritten = (await journal.append(claim, seq, writing([settled]))) === 'written';
    }
    expect(new Set(await Promise.all(signals))).toEqual(new Set(['written']));
    const entries = await journal.read('d-1', 0);
    expect(entries.map(({ seq }) => seq)).toEqual(Array.from({ length: 22 }, (_, index) => index + 1));
    expect(entries.filter(({ event }) => event.kind === 'abort-asked')).toHaveLength(20);
  });

  test('the same key means another signal at another deployment', async () => {
    const { journal } = store();
    await journal.begin(beginning('d-1'));
    await journal.begin(beginning('d-2', { target: 'web/staging' }));
    expect(await journal.signal('d-1', 'abort', aborted, [])).toBe('written');
    expect(await journal.signal('d-2', 'abort', aborted, [])).toBe('written');
  });

  test('an ended deployment takes no signal, but knows the ones that it took', async () => {
    const { journal, outbox } = store();
    await journal.begin(beginning('d-1'));
    await journal.signal('d-1', 'early', aborted, []);
    const claim = await journal.claim('d-1', 'worker', LONG_MS);
    const end = { outcome: 'stopped', report: { markdown: '', json: '' }, believed: [] } as const;
    await journal.append(claim!, 2, writing([], { end }));
    expect(await journal.signal('d-1', 'late', aborted, [notice('card')])).toBe('ended');
    expect(await journal.signal('d-1', 'early', aborted, [notice('card')])).toBe('repeated');
    expect(await journal.read('d-1', 2)).toEqual([]);
    expect(await outbox.backlog()).toMatchObject({ rows: 0 });
  });

  test('a deployment that is not there takes no signal', async () => {
    const { journal } = store();
    await ended(store(), 'd-1', 'deployed');
    expect(await journal.signal('d-2', 'abort', aborted, [])).toBe('ended');
  });

  test('a signal wakes a deployment that waits for a time', async () => {
    const { journal } = store();
    const claim = await held(store());
    await journal.release(claim, LONG_MS);
    expect(await journal.due(10)).toEqual([]);
    await journal.signal('d-1', 'abort', aborted, []);
    expect(await journal.due(10)).toEqual(['d-1']);
  });

  test('a signal to a deployment that somebody holds does not call anybody else', async () => {
    const { journal } = store();
    await journal.begin(beginning('d-1'));
    await journal.claim('d-1', 'worker-a', MIDDLE_MS);
    await journal.signal('d-1', 'abort', aborted, []);
    expect(await journal.due(10)).toEqual([]);
    await pass(OVER_MIDDLE_MS);
    expect(await journal.due(10)).toEqual(['d-1']);
  });
}
