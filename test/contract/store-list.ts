import { expect, test } from 'vitest';
import type { Given } from './store.test.ts';
import { beginning, ended, ending, held } from './store-world.ts';

const everything = { service: null, environment: null, isActive: null, limit: 100 };

export function listContract({ store, pass }: Given): void {
  test('deployments are listed newest first, by service, by place and by whether they are active', async () => {
    const { journal } = store();
    const ids = async (
      filter:
        | Partial<typeof everything>
        | { service: string }
        | { environment: string }
        | { isActive: boolean },
    ) => (await journal.list({ ...everything, ...filter })).map(({ deploymentId }) => deploymentId);
    await ended(store(), 'd-1', 'deployed', { target: 'api/staging' });
    await pass(2);
    await ended(store(), 'd-2', 'needs-human', { target: 'api/production' });
    await pass(2);
    await journal.begin(beginning('d-3', { target: 'web/staging' }));
    await pass(2);
    await journal.begin(beginning('d-4', { target: 'api/staging' }));
    expect(await ids({})).toEqual(['d-4', 'd-3', 'd-2', 'd-1']);
    expect(await ids({ service: 'api' })).toEqual(['d-4', 'd-2', 'd-1']);
    expect(await ids({ environment: 'staging' })).toEqual(['d-4', 'd-3', 'd-1']);
    expect(await ids({ isActive: true })).toEqual(['d-4', 'd-3']);
    expect(await ids({ isActive: false })).toEqual(['d-2', 'd-1']);
    expect(await ids({ service: 'api', environment: 'staging', isActive: false })).toEqual(['d-1']);
    expect(await ids({ limit: 2 })).toEqual(['d-4', 'd-3']);
    expect(await ids({ service: 'nobody' })).toEqual([]);
  });

  test('what began in the same millisecond is listed with the last one first', async () => {
    const { journal } = store();
    for (const id of ['d-1', 'd-2', 'd-3']) await journal.begin(beginning(id, { target: `${id}/staging` }));
    const listed = await journal.list(everything);
    expect(listed.map(({ deploymentId }) => deploymentId)).toEqual(['d-3', 'd-2', 'd-1']);
  });

  test('a summary says what, where, who, when and how it ended', async () => {
    const { journal } = store();
    const targets = [
      { id: 'web/staging', service: 'web', version: 'v7' },
      { id: 'api/staging', service: 'api', version: 'v2' },
    ];
    const claim = await held(store(), 'd-1', { targets });
    const active = await journal.find('d-1');
    expect(active).toEqual({
      deploymentId: 'd-1',
      environment: 'staging',
      requestedBy: 'U1',
      targets,
      outcome: null,
      isWaiting: false,
      startedAtMs: expect.any(Number),
      endedAtMs: null,
    });
    await pass(5);
    await journal.append(claim, 1, ending('rolled-back'));
    const done = await journal.find('d-1');
    expect(done).toEqual({ ...active, outcome: 'rolled-back', endedAtMs: expect.any(Number) });
    expect(done?.endedAtMs).toBeGreaterThan(active?.startedAtMs ?? 0);
    expect(await journal.list(everything)).toEqual([done]);
    expect(await journal.find('d-2')).toBeNull();
  });

  test('the report of an ended deployment is kept as it was; there is none before', async () => {
    const { journal } = store();
    const report = { markdown: '# It went\0 well \u{d800} 😀', json: '{"ok":true}' };
    const claim = await held(store());
    expect(await journal.report('d-1')).toBeNull();
    await journal.append(claim, 1, ending('deployed', { report }));
    expect(await journal.report('d-1')).toEqual(report);
    expect(await journal.report('d-2')).toBeNull();
  });
}
