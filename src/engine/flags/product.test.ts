import { beforeEach, expect, test } from 'vitest';
import { type FakeFlags, openFakeFlags, withFlags } from '../../../test/support/office/flags.ts';
import { begunBy, type Office, openOffice, said } from '../../../test/support/office/office.ts';

let office: Office;
let flags: FakeFlags;
beforeEach(() => {
  flags = openFakeFlags({ 'dark-mode/test': { isOn: false, rolloutPercent: 100 } });
  office = openOffice({ flagsNamed: (name) => (name === 'flags' ? flags.service : null) });
  const products = [{ name: 'shop', summary: '', services: ['api', 'web'], onFailure: 'take-back' as const }];
  office.catalog = { ...withFlags(office.catalog), products };
});

const deploy = (service: string, key: string, percent = 25) =>
  office.as('U0ANN').deploy({
    ...office.order('v2', { service, environment: 'staging' }),
    flags: [{ key, percent }],
  });

async function toTheEnd(id: string) {
  for (let visits = 0; visits < 40 && (await office.deployment(id)).outcome === null; visits += 1) {
    await office.visit(id);
    office.pass(5_000);
  }
  return office.deployment(id);
}

test('a flag that no service of a product has is refused, with those that are there', async () => {
  const refused = await deploy('shop', 'dark-made');
  expect(said(refused)).toMatch(/^not-found: No service of shop has a flag dark-made in staging\./);
  expect(refused).toMatchObject({ next: ['Flags there: dark-mode.'] });
  // In production there is one of this name, and in staging there is none.
  expect(said(await deploy('shop', 'new-checkout'))).toMatch(/^not-found/);
  expect(office.world.touched).toEqual([]);
});

test('a flag of one service is turned there and nowhere else', async () => {
  const { outcome, plan } = await toTheEnd(begunBy(await deploy('shop', 'dark-mode')));
  expect(outcome).toBe('deployed');
  expect(plan.steps.flatMap((step) => (step.kind === 'flag' ? [step.target] : []))).toEqual(['api/staging']);
  expect(flags.states.get('dark-mode/test')).toEqual({ isOn: true, rolloutPercent: 25 });
});

test('a service that runs the version already has its flag turned all the same', async () => {
  await toTheEnd(begunBy(await office.as('U0ANN').deploy(office.order('v2', { environment: 'staging' }))));
  const { plan } = await toTheEnd(begunBy(await deploy('shop', 'dark-mode')));
  expect(plan.targets.map(({ id }) => id)).toEqual(['api/staging', 'web/staging']);
  expect(plan.steps.filter(({ target }) => target === 'api/staging').map(({ kind }) => kind)).not.toContain(
    'release',
  );
  expect(flags.states.get('dark-mode/test')).toEqual({ isOn: true, rolloutPercent: 25 });
});
