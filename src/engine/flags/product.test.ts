import { beforeEach, describe, expect, test } from 'vitest';
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

describe('a flag that several services of a product turn up', () => {
  const deployShop = async () =>
    toTheEnd(
      begunBy(
        await office.as('U0ANN').deploy(office.order('v2', { service: 'shop', environment: 'staging' })),
      ),
    );

  function share(stops: Readonly<Record<string, readonly number[]>>) {
    office.catalog = {
      ...office.catalog,
      services: office.catalog.services.map((service) => ({
        ...service,
        flags: [{ key: 'dark-mode', at: 'flags', environments: { staging: 'test' } }],
        targets: service.targets.map((target) => ({
          ...target,
          flags: [{ key: 'dark-mode', percents: stops[service.name] ?? [] }],
        })),
      })),
    };
  }

  test.each([
    ['the same stops', { api: [10, 100], web: [10, 100] }, [10, 100], [100]],
    ['stops of their own', { api: [10, 50], web: [25, 100] }, [10, 50], [100]],
    ['less than the one before', { api: [10, 100], web: [25] }, [10, 100], [100]],
  ])('is turned up by one after the other and never down on the way: %s', async (_, stops, first, second) => {
    share(stops);
    const { outcome, plan } = await deployShop();
    expect(outcome).toBe('deployed');
    const shares = flags.sets.map(({ wanted }) => wanted.rolloutPercent ?? 0);
    expect(shares).toEqual([...new Set([...first, ...second])]);
    const turned = plan.steps.flatMap((step) => (step.kind === 'flag' ? [step] : []));
    expect(turned.map(({ target, rolloutPercent }) => [target, rolloutPercent])).toEqual([
      ...first.map((percent) => ['api/staging', percent]),
      ...second.map((percent) => ['web/staging', percent]),
    ]);
    const begins = turned.find(({ target }) => target === 'web/staging');
    expect(begins?.before).toEqual({ isOn: true, rolloutPercent: first.at(-1) });
    expect(begins?.needs).toContain(`flag-dark-mode-${first.at(-1)}.api/staging`);
  });

  test('is set back by each to what the one before had left, and at last to what it was', async () => {
    share({ api: [10, 50], web: [75, 100] });
    const { states, troubles } = flags;
    const set = states.set.bind(states);
    states.set = (at, state) => {
      if (state.rolloutPercent === 75) troubles.push('refuse');
      return set(at, state);
    };
    expect((await deployShop()).outcome).toBe('rolled-back');
    const turned = flags.sets.map(({ wanted: { isOn, rolloutPercent } }) => (isOn ? rolloutPercent : 'off'));
    expect(turned).toEqual([10, 50, 75, 100, 50, 'off']);
  });

  test('is said in the plan to be as the one before leaves it', async () => {
    share({ api: [10, 50], web: [50] });
    const { plan } = await deployShop();
    const caveats = plan.targets.map((target) => target.caveats.filter((each) => each.includes('dark-mode')));
    expect(caveats).toEqual([
      ['turns dark-mode: off → 10 % → 50 %'],
      ['waits until api/staging has turned dark-mode: on for 50 %'],
    ]);
  });
});
