import { expect, test } from 'vitest';
import { begunBy, openOffice, planIn, said } from '../../../test/support/office/office.ts';
import { openShownPlans } from './shown-plans.ts';

test('a plan that has changed since it was shown says what is different', async () => {
  const office = openOffice();
  const desk = office.as('U0ANN');
  const plan = planIn(await desk.deploy(office.order('v2')));
  office.catalog = { ...office.catalog, version: 'another' };
  const refused = await office.as('U0ANN').deploy(office.order('v2', { plan }));
  expect(said(refused)).toMatch(
    /^plan-changed: What would be done is no longer what you were shown\. Nothing was changed\. What is different: configuration: /,
  );
  // Another press of the same old button is told the same.
  expect(said(await office.as('U0ANN').deploy(office.order('v2', { plan })))).toContain('configuration');
});

test('another version than the one that was shown is named with both', async () => {
  const office = openOffice();
  const plan = planIn(await office.as('U0ANN').deploy(office.order('v2')));
  const refused = await office.as('U0ANN').deploy(office.order('v3', { plan }));
  expect(said(refused)).toMatch(/What is different: version of api\/production: .*v2.*v3/);
});

test('a plan that nobody here has shown is refused without a guess', async () => {
  const office = openOffice();
  const refused = await office.as('U0ANN').deploy(office.order('v2', { plan: '0'.repeat(12) }));
  expect(said(refused)).toMatch(/Nothing was changed\.$/);
});

test('what another process has shown is approved by its hash, and only the words are missing where it has changed', async () => {
  const [one, other] = [openOffice(), openOffice()];
  const plan = planIn(await one.as('U0ANN').deploy(one.order('v2')));
  other.catalog = { ...other.catalog, version: 'another' };
  const refused = await other.as('U0ANN').deploy(other.order('v2', { plan }));
  expect(said(refused)).toBe(
    'plan-changed: What would be done is no longer what you were shown. Nothing was changed.',
  );
  other.catalog = one.catalog;
  expect(begunBy(await other.as('U0ANN').deploy(other.order('v2', { plan })))).toMatch(/^d-/);
});

test('no more plans are remembered than people press', async () => {
  const shown = openShownPlans();
  const plan = {} as Parameters<typeof shown.keep>[1];
  for (let each = 0; each < 500; each += 1) shown.keep(`p${each}`, plan);
  expect(shown.find('p499')).toBe(plan);
  expect(shown.find('p299')).toBeNull();
});
