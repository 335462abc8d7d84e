import { expect, test } from 'vitest';
import { begunBy, openOffice, planIn } from '../../../test/support/office/office.ts';

test('an order that waits is answered as it was when it is handled again, whatever has changed meanwhile', async () => {
  const office = openOffice();
  const plan = planIn(await office.as('U0ANN').deploy(office.order('v2')));
  const handled = () => office.as('U0ANN', undefined, 'one press').deploy(office.order('v2', { plan }));
  const first = await handled();
  office.catalog = { ...office.catalog, version: 'c2'.padEnd(64, '0') };
  expect(await handled()).toEqual(first);
  office.world.down = 'nobody answers';
  expect(await handled()).toEqual(first);
  const active = { service: null, environment: null, isActive: true, limit: 9 };
  expect(await office.store.journal.list(active)).toMatchObject([{ deploymentId: begunBy(first) }]);
});
