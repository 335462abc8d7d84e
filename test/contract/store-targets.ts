import { expect, test } from 'vitest';
import type { Adoption, Seen } from '../../src/store/store.ts';
import type { Given } from './store.test.ts';
import { beginning, ending, held } from './store-world.ts';

const release = { releaseId: 'r-1', version: 'v1', trafficPercent: 100, health: 'healthy' };

export function targetContract({ store }: Given): void {
  test('what a deployment leaves at its targets is believed, and the targets are free', async () => {
    const { journal, targets } = store();
    const claim = await held(store());
    const believed = [{ target: 'api/staging', releaseId: 'r-2', version: 'v2' }];
    await journal.append(claim, 1, ending('deployed', { believed }));
    const [target] = await targets.all();
    expect(target).toEqual({
      id: 'api/staging',
      believed: { releaseId: 'r-2', version: 'v2', deploymentId: 'd-1', sinceMs: expect.any(Number) },
      seen: null,
      takenBy: null,
    });
    expect(await journal.find('d-1')).toMatchObject({ outcome: 'deployed' });
  });

  test('where a person has to look, the belief of before stays', async () => {
    const { journal, targets } = store();
    const first = await held(store());
    const believed = [{ target: 'api/staging', releaseId: 'r-1', version: 'v1' }];
    await journal.append(first, 1, ending('deployed', { believed }));
    const second = await held(store(), 'd-2');
    await journal.append(second, 1, ending('needs-human'));
    expect(await targets.all()).toMatchObject([{ believed: { releaseId: 'r-1' }, takenBy: 'd-2' }]);
  });

  test('a later deployment replaces the belief', async () => {
    const { journal, targets } = store();
    for (const [id, releaseId] of [
      ['d-1', 'r-1'],
      ['d-2', 'r-2'],
    ] as const) {
      const claim = await held(store(), id);
      const believed = [{ target: 'api/staging', releaseId, version: releaseId }];
      await journal.append(claim, 1, ending('deployed', { believed }));
    }
    expect(await targets.all()).toMatchObject([{ believed: { releaseId: 'r-2', deploymentId: 'd-2' } }]);
  });

  test('the newest reading of a target is kept, also of one that was never deployed to', async () => {
    const { targets } = store();
    const seen: Seen = { atMs: 1_800_000_000_123, releases: [release], problem: null };
    await targets.saw('web/staging', { ...seen, atMs: 1, releases: [] });
    await targets.saw('web/staging', seen);
    expect(await targets.all()).toEqual([{ id: 'web/staging', believed: null, seen, takenBy: null }]);
  });

  test('a platform that cannot be read leaves the releases that were read last', async () => {
    const { targets } = store();
    await targets.saw('web/staging', { atMs: 1, releases: [release], problem: null });
    await targets.saw('web/staging', { atMs: 2, releases: [], problem: 'it answered 503 \0' });
    const seen = { atMs: 2, releases: [release], problem: 'it answered 503 \0' };
    expect(await targets.all()).toMatchObject([{ seen }]);
    await targets.saw('web/staging', { atMs: 3, releases: [], problem: null });
    expect(await targets.all()).toMatchObject([{ seen: { releases: [], problem: null } }]);
  });

  const adopting = (more: Partial<Adoption> = {}): Adoption => ({
    target: 'api/staging',
    releaseId: 'r-9',
    version: 'v9',
    sheet: {
      kind: 'foreign',
      id: 'api/staging',
      afterVersion: 0,
      key: 'k-1',
      body: 'adopted',
      isOpen: false,
      dueAtMs: null,
      notices: [],
    },
    ...more,
  });

  test('what somebody else left is believed from then on, by no deployment of ours, with the sheet that says so', async () => {
    const { targets, board } = store();
    expect(await targets.adopt(adopting())).toBe('adopted');
    const believed = { releaseId: 'r-9', version: 'v9', deploymentId: null, sinceMs: expect.any(Number) };
    expect(await targets.all()).toMatchObject([{ id: 'api/staging', believed }]);
    expect(await board.find({ kind: 'foreign', id: 'api/staging' })).toMatchObject({
      body: 'adopted',
      version: 1,
    });
    expect(await targets.adopt(adopting({ version: 'v10' }))).toBe('repeated');
    expect(await targets.all()).toMatchObject([{ believed }]);
  });

  test('nothing is adopted while a deployment has the target, nor when somebody was there first', async () => {
    const { journal, targets, board } = store();
    const claim = await held(store());
    expect(await targets.adopt(adopting())).toBe('taken');
    expect(await board.find({ kind: 'foreign', id: 'api/staging' })).toBeNull();
    const believed = [{ target: 'api/staging', releaseId: 'r-2', version: 'v2' }];
    await journal.append(claim, 1, ending('deployed', { believed }));
    const sheet = { ...adopting().sheet, afterVersion: 1 };
    expect(await targets.adopt(adopting({ sheet }))).toBe('behind');
    expect(await targets.all()).toMatchObject([{ believed: { releaseId: 'r-2', deploymentId: 'd-1' } }]);
    expect(await targets.adopt(adopting())).toBe('adopted');
    expect(await targets.all()).toMatchObject([{ believed: { releaseId: 'r-9', deploymentId: null } }]);
  });

  test('targets come in the order of their ids', async () => {
    const { journal, targets } = store();
    for (const id of ['web/staging', 'api/staging', 'api-2/staging', 'api/production']) {
      await journal.begin(beginning(`d-${id}`, { target: id }));
    }
    const ids = (await targets.all()).map(({ id }) => id);
    expect(ids).toEqual(['api-2/staging', 'api/production', 'api/staging', 'web/staging']);
  });
}
