import { expect, test } from 'vitest';
import { DESK_STREAM } from '../../src/core/audit/chain.ts';
import type { Beginning, Put } from '../../src/store/store.ts';
import type { Given } from './store.test.ts';
import { record } from './store-ledger.ts';
import { beginning, ending, held, notice, writing } from './store-world.ts';

export function boardContract({ store, pass }: Given): void {
  let keys = 0;
  const sheet = (more: Partial<Put> = {}): Put => {
    keys += 1;
    return {
      kind: 'lock',
      id: 'l-1',
      afterVersion: 0,
      key: `k-${keys}`,
      body: { owner: 'U1', says: 'mine\0 😀' },
      isOpen: true,
      dueAtMs: null,
      notices: [],
      ...more,
    };
  };

  test('a sheet hangs there as it was put up, with its version and its times', async () => {
    const { board } = store();
    const dueAtMs = 1_900_000_000_123;
    expect(await board.put(sheet({ dueAtMs }))).toBe('written');
    expect(await board.find({ kind: 'lock', id: 'l-1' })).toEqual({
      kind: 'lock',
      id: 'l-1',
      version: 1,
      body: { owner: 'U1', says: 'mine\0 😀' },
      isOpen: true,
      dueAtMs,
      createdAtMs: expect.any(Number),
      changedAtMs: expect.any(Number),
    });
    expect(await board.find({ kind: 'lock', id: 'l-2' })).toBeNull();
    expect(await board.find({ kind: 'freeze', id: 'l-1' })).toBeNull();
  });

  test('the next version follows the one that was seen; one that does not changes nothing and tells nobody', async () => {
    const { board, outbox } = store();
    await board.put(sheet());
    expect(await board.put(sheet({ notices: [notice('new again')] }))).toBe('behind');
    expect(await board.put(sheet({ afterVersion: 2, notices: [notice('too new')] }))).toBe('behind');
    expect(await outbox.backlog()).toMatchObject({ rows: 0 });
    const next = sheet({ afterVersion: 1, body: { owner: 'U2' }, isOpen: false, notices: [notice('next')] });
    expect(await board.put(next)).toBe('written');
    expect(await outbox.backlog()).toMatchObject({ rows: 1 });
    expect(await board.find(next)).toMatchObject({ version: 2, body: { owner: 'U2' }, isOpen: false });
  });

  test('one request is carried out once, however often it comes', async () => {
    const { board } = store();
    const first = sheet();
    await board.put(first);
    await board.put(sheet({ afterVersion: 1, body: 'later' }));
    expect(await board.put(first)).toBe('repeated');
    expect(await board.put({ ...first, afterVersion: 2 })).toBe('repeated');
    expect(await board.find(first)).toMatchObject({ version: 2, body: 'later' });
  });

  test('of a hundred who write the next version at once, one does', async () => {
    const { board } = store();
    await board.put(sheet());
    const puts = Array.from({ length: 100 }, (_, index) => sheet({ afterVersion: 1, body: { index } }));
    const answers = await Promise.all(puts.map((put) => board.put(put)));
    expect(answers.filter((answer) => answer === 'written')).toHaveLength(1);
    expect(answers.filter((answer) => answer === 'behind')).toHaveLength(99);
    const body = puts[answers.indexOf('written')]?.body;
    expect(await board.find({ kind: 'lock', id: 'l-1' })).toMatchObject({ version: 2, body });
  });

  test('of a hundred who rely on all the others of a kind at once, one puts up a sheet', async () => {
    const { board } = store();
    await board.put(sheet());
    await board.put(sheet({ kind: 'freeze', id: 'f-1' }));
    const afterChanges = await board.changes('lock');
    expect([afterChanges, await board.changes('freeze'), await board.changes('review')]).toEqual([1, 1, 0]);
    const puts = Array.from({ length: 100 }, (_, at) => sheet({ id: `l-${at + 2}`, afterChanges }));
    const answers = await Promise.all(puts.map((put) => board.put(put)));
    expect(answers.filter((answer) => answer === 'written')).toHaveLength(1);
    expect(answers.filter((answer) => answer === 'behind')).toHaveLength(99);
    expect(await board.list({ kind: 'lock', isOpen: null, limit: 200 })).toHaveLength(2);
  });

  test('whoever relies on the others is behind when one of them has changed, and not when another kind has', async () => {
    const { board } = store();
    await board.put(sheet());
    const before = await board.changes('lock');
    await board.put(sheet({ kind: 'freeze', id: 'f-1' }));
    expect(await board.put(sheet({ id: 'l-2', afterChanges: before }))).toBe('written');
    await board.put(sheet({ afterVersion: 1, isOpen: false }));
    const late = sheet({ id: 'l-3', afterChanges: before + 1, notices: [notice('late')] });
    expect(await board.put(late)).toBe('behind');
    expect(await board.put({ ...late, afterChanges: before + 2 })).toBe('written');
    expect(await board.put({ ...late, afterChanges: 0 })).toBe('repeated');
  });

  test('a change is on the record with the change, and one that was not made is not', async () => {
    const { board, ledger } = store();
    const first = sheet({ records: [record('put'), record('up')] });
    expect(await board.put(first)).toBe('written');
    expect(await board.put(first)).toBe('repeated');
    expect(await board.put(sheet({ records: [record('late')] }))).toBe('behind');
    const lines = await ledger.read(DESK_STREAM, 0, 10);
    expect(lines.map(({ text }) => JSON.parse(text).code)).toEqual(['put', 'up']);
  });

  test('what an end puts up hangs there with the end, once, and not without it', async () => {
    const { board, journal, ledger } = store();
    const claim = await held(store(), 'd-1');
    const put = sheet({ id: 'h-1', records: [record('up')] });
    expect(await journal.append(claim, 0, ending('rolled-back', { sheets: [put] }))).toBe('behind');
    expect(await board.find({ kind: 'lock', id: 'h-1' })).toBeNull();
    expect(await journal.append(claim, 1, ending('rolled-back', { sheets: [put] }))).toBe('written');
    expect(await board.find({ kind: 'lock', id: 'h-1' })).toMatchObject({ version: 1, isOpen: true });
    const lines = await ledger.read(DESK_STREAM, 0, 10);
    expect(lines.map(({ text }) => JSON.parse(text).code)).toEqual(['up']);
  });

  test('what goes with an entry of a journal is put up with it, or not at all, and nothing newer is written over', async () => {
    const { board, journal, ledger } = store();
    const claim = await held(store(), 'd-1');
    const put = (more: Partial<Put> = {}) => sheet({ id: 'a-1', records: [record('up')], ...more });
    const stumbled = [{ kind: 'started' }] as const;
    expect(await journal.append(claim, 0, writing(stumbled, { sheets: [put()] }))).toBe('behind');
    expect(await board.find({ kind: 'lock', id: 'a-1' })).toBeNull();
    expect(await journal.append(claim, 1, writing(stumbled, { sheets: [put()] }))).toBe('written');
    expect(await board.find({ kind: 'lock', id: 'a-1' })).toMatchObject({ version: 1 });
    await board.put(sheet({ id: 'a-1', afterVersion: 1, body: 'newer' }));
    const old = put({ afterVersion: 1, body: 'older' });
    expect(await journal.append(claim, 2, writing(stumbled, { sheets: [old] }))).toBe('written');
    expect(await board.find({ kind: 'lock', id: 'a-1' })).toMatchObject({ version: 2, body: 'newer' });
    const lines = await ledger.read(DESK_STREAM, 0, 10);
    expect(lines.map(({ text }) => JSON.parse(text).code)).toEqual(['up']);
  });

  test('what a beginning puts up hangs there with the deployment, once, and not without it', async () => {
    const { board, journal, ledger, outbox } = store();
    const put = (id: string) => sheet({ id, records: [record(id)], notices: [notice(`sheet of ${id}`)] });
    const begin = (id: string, more: Partial<Beginning> = {}) =>
      journal.begin(beginning(id, { sheets: [put(`r-${id}`)], ...more }));
    expect(await begin('d-1')).toEqual({ kind: 'begun' });
    expect(await board.find({ kind: 'lock', id: 'r-d-1' })).toMatchObject({ version: 1, isOpen: true });
    expect(await begin('d-2')).toMatchObject({ kind: 'busy' });
    expect(await begin('d-3', { orderKey: 'order-d-1' })).toMatchObject({ kind: 'repeated' });
    expect(await begin('d-1', { orderKey: 'another', sheets: [put('r-taken')] })).toEqual({
      kind: 'id-taken',
    });
    expect(await begin('d-4', { isWaiting: true })).toEqual({ kind: 'begun' });
    // One that hangs there already is left as it is.
    const again = { isWaiting: true, sheets: [sheet({ id: 'r-d-1', body: 'another' })] };
    expect(await begin('d-5', again)).toEqual({ kind: 'begun' });
    const hung = await board.list({ kind: 'lock', isOpen: null, limit: 9 });
    expect(hung.map(({ id, version }) => `${id} ${version}`)).toEqual(['r-d-1 1', 'r-d-4 1']);
    const lines = await ledger.read(DESK_STREAM, 0, 10);
    expect(lines.map(({ text }) => JSON.parse(text).code)).toEqual(['r-d-1', 'r-d-4']);
    expect(await outbox.backlog()).toMatchObject({ rows: 2 });
  });

  test('the board is listed by kind and by whether it is over, oldest first', async () => {
    const { board } = store();
    for (const id of ['b', 'a', 'c']) {
      await board.put(sheet({ id }));
      await pass(2);
    }
    await board.put(sheet({ kind: 'freeze', id: 'f' }));
    await board.put(sheet({ id: 'a', afterVersion: 1, isOpen: false }));
    const ids = async (kind: string | null, isOpen: boolean | null, limit = 9) =>
      (await board.list({ kind, isOpen, limit })).map(({ id }) => id);
    expect(await ids('lock', null)).toEqual(['b', 'a', 'c']);
    expect(await ids('lock', true)).toEqual(['b', 'c']);
    expect(await ids(null, true)).toEqual(['b', 'c', 'f']);
    expect(await ids('lock', false)).toEqual(['a']);
    expect(await ids(null, null, 2)).toEqual(['b', 'a']);
  });

  test('what is due is what is open and whose time has come, longest due first', async () => {
    const { board } = store();
    const nowMs = await store().nowMs();
    await board.put(sheet({ id: 'late', dueAtMs: nowMs - 10 }));
    await board.put(sheet({ id: 'later', dueAtMs: nowMs - 1_000 }));
    await board.put(sheet({ id: 'not yet', dueAtMs: nowMs + 60_000 }));
    await board.put(sheet({ id: 'never' }));
    await board.put(sheet({ id: 'over', dueAtMs: nowMs - 10, isOpen: false }));
    expect((await board.due(9)).map(({ id }) => id)).toEqual(['later', 'late']);
    expect((await board.due(1)).map(({ id }) => id)).toEqual(['later']);
  });
}
