import { beforeEach, expect, test } from 'vitest';
import { begunBy, type Office, openOffice, planIn, said } from '../../../../test/support/office/office.ts';
import type { Reply } from '../../../core/answer.ts';

let office: Office;
beforeEach(() => {
  office = openOffice();
});

const incident = { why: 'checkout answers 500 since noon', incident: 'INC-7' };

function hotfix(ref: string, plan: string | null, key?: string): Promise<Reply> {
  const scope = { service: 'api', environment: 'production' };
  const order = { kind: 'hotfix', scope, ref, strategy: null, plan, ...incident } as const;
  return office.as('U0DAN', undefined, key).emergency(order);
}
const shown = async (ref = 'v2') => planIn(await hotfix(ref, null));
const reviews = () => office.store.board.list({ kind: 'review', isOpen: null, limit: 9 });
const active = () =>
  office.store.journal.list({ service: null, environment: null, isActive: true, limit: 9 });

test('a hotfix begins, and its review hangs open from that moment', async () => {
  const id = begunBy(await hotfix('v2', await shown()));
  expect(await reviews()).toMatchObject([
    {
      isOpen: true,
      body: {
        action: 'hotfix',
        scope: { service: 'api', environment: 'production' },
        by: 'U0DAN',
        ...incident,
      },
    },
  ]);
  expect((await office.deployment(id)).plan.breakGlass).toEqual({ by: 'U0DAN', ...incident });
  expect(said(await hotfix('v3', null))).toContain('has not been reviewed yet');
});

test('who was shown another plan breaks no glass, and is not kept from the next try', async () => {
  const plan = await shown();
  office.catalog = { ...office.catalog, version: 'c2'.padEnd(64, '0') };
  expect(await hotfix('v2', plan)).toMatchObject({ code: 'plan-changed' });
  expect(await reviews()).toEqual([]);
  begunBy(await hotfix('v2', await shown()));
  expect(await reviews()).toHaveLength(1);
});

test('who is refused because something is on its way there breaks no glass', async () => {
  const plan = await shown();
  const other = await office.request();
  await office.approve(other);
  const { journal } = office.store;
  const claim = await journal.claim(other, 'elsewhere', 60_000);
  const entries = await journal.read(other, 0);
  const writing = { events: [], notices: [], end: null };
  expect(claim === null ? null : await journal.start(claim, entries.length, writing)).toBe('written');
  expect(await hotfix('v2', plan)).toMatchObject({ code: 'target-busy' });
  expect(await reviews()).toEqual([]);
});

test('a process that dies before it begins leaves no review, and the next to handle it begins', async () => {
  const plan = await shown();
  const { journal } = office.store;
  const { begin } = journal;
  Object.assign(journal, { begin: () => Promise.reject(new Error('killed')) });
  await expect(hotfix('v2', plan, 'one press')).rejects.toThrow('killed');
  expect(await reviews()).toEqual([]);
  Object.assign(journal, { begin });
  const id = begunBy(await hotfix('v2', plan, 'one press'));
  expect(await active()).toMatchObject([{ deploymentId: id }]);
  expect(await reviews()).toHaveLength(1);
});

test('a hotfix that is handled again, because a crash took its answer along, is answered as it was', async () => {
  const plan = await shown();
  const first = await hotfix('v2', plan, 'one press');
  expect(await hotfix('v2', plan, 'one press')).toEqual(first);
  office.catalog = { ...office.catalog, version: 'c2'.padEnd(64, '0') };
  expect(await hotfix('v2', plan, 'one press')).toEqual(first);
  expect(await reviews()).toHaveLength(1);
  expect(await active()).toMatchObject([{ deploymentId: begunBy(first) }]);
});
