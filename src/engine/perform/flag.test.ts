import { beforeEach, describe, expect, test } from 'vitest';
import { type FakeFlags, openFakeFlags, withFlags } from '../../../test/support/office/flags.ts';
import { begunBy, type Office, openOffice, planIn, said } from '../../../test/support/office/office.ts';
import type { DeployOrder } from '../../core/desk.ts';
import type { EmergencyOrder } from '../../core/emergency-order.ts';

let office: Office;
let flags: FakeFlags;
const off = { isOn: false, rolloutPercent: 100 };
beforeEach(() => {
  flags = openFakeFlags({ 'dark-mode/test': off, 'dark-mode/live': off, 'new-checkout/live': off });
  office = openOffice({ flagsNamed: (name) => (name === 'flags' ? flags.service : null) });
  office.catalog = withFlags(office.catalog);
});

/** Turned up at staging with every deployment of api. */
function climbing(percents: readonly number[] = [10, 50, 100]) {
  const [api, ...others] = office.catalog.services;
  if (api === undefined) throw new Error('no api');
  const targets = api.targets.map((target) =>
    target.environment === 'staging' ? { ...target, flags: [{ key: 'dark-mode', percents }] } : target,
  );
  office.catalog = { ...office.catalog, services: [{ ...api, targets }, ...others] };
}
const staging = (more: Partial<DeployOrder> = {}) => office.order('v2', { environment: 'staging', ...more });
const deploy = async (more: Partial<DeployOrder> = {}) =>
  begunBy(await office.as('U0ANN').deploy(staging(more)));
const now = () => flags.states.get('dark-mode/test');
const outcome = async (id: string) => (await office.deployment(id)).outcome;
const sets = () => flags.sets.map(({ wanted }) => (wanted.isOn ? wanted.rolloutPercent : 'off'));

/** Somebody switches it off in an emergency. */
async function pull() {
  const kill = {
    kind: 'kill-switch',
    flag: 'dark-mode',
    service: null,
    environment: 'staging',
    why: 'checkout answers 500 since noon',
    incident: 'INC-7',
    plan: null,
  } as const satisfies EmergencyOrder;
  const shown = await office.as('U0DAN').emergency(kill);
  await office.as('U0DAN').emergency({ ...kill, plan: planIn(shown) });
}

/** Visits until it has ended, however often it is held up. */
async function finished(id: string) {
  for (let visits = 0; visits < 40 && (await outcome(id)) === null; visits += 1) {
    await office.visit(id);
    office.pass(5_000);
  }
  return outcome(id);
}

describe('a flag that is turned up with a deployment', () => {
  test('stops where it is configured, after the traffic and before the old version goes', async () => {
    climbing();
    const id = await deploy();
    const { steps } = (await office.deployment(id)).plan;
    const ids = steps.map((step) => step.id.replace('.api/staging', ''));
    expect(ids.slice(ids.indexOf('route-100'))).toEqual([
      'route-100',
      'flag-dark-mode-10',
      'flag-dark-mode-50',
      'flag-dark-mode-100',
      'retire',
    ]);
    expect(await finished(id)).toBe('deployed');
    expect(sets()).toEqual([10, 50, 100]);
    expect(now()).toEqual({ isOn: true, rolloutPercent: 100 });
  });

  test('is written down before it is called, and a lost answer is settled by looking', async () => {
    climbing([50]);
    flags.troubles.push('lose-answer');
    const id = await deploy();
    expect(await finished(id)).toBe('deployed');
    expect(sets()).toEqual([50]);
    const entries = await office.store.journal.read(id, 0);
    const ofFlag = entries.flatMap(({ event }) =>
      'step' in event && event.step?.startsWith('flag-') ? [event.kind] : [],
    );
    expect(ofFlag).toEqual([
      'step-started',
      'effect-sent',
      'effect-unknown',
      'effect-settled',
      'step-succeeded',
    ]);
  });

  test('is sent again only after its absence can be believed', async () => {
    climbing([50]);
    flags.troubles.push('lose-call');
    const id = await deploy();
    const before = office.nowMs();
    expect(await finished(id)).toBe('deployed');
    expect(sets()).toEqual([50, 50]);
    expect(office.nowMs() - before).toBeGreaterThanOrEqual(5_000);
    expect(new Set(flags.sets.map(({ intent }) => intent)).size).toBe(2);
  });

  test('goes back to what it was when it is refused further up, and so does the traffic', async () => {
    flags.states.set('dark-mode/test', { isOn: true, rolloutPercent: 5 });
    climbing([10, 50]);
    flags.troubles.push('lose-answer', 'refuse');
    const id = await deploy();
    expect(await finished(id)).toBe('rolled-back');
    expect(now()).toEqual({ isOn: true, rolloutPercent: 5 });
    expect(sets()).toEqual([10, 50, 5]);
  });

  test('that somebody else has changed is theirs', async () => {
    climbing([10, 50]);
    const id = await deploy();
    flags.states.set('dark-mode/test', { isOn: true, rolloutPercent: 33 });
    expect(await finished(id)).toBe('rolled-back');
    expect(now()).toEqual({ isOn: true, rolloutPercent: 33 });
    expect(sets()).toEqual([]);
  });

  test('that somebody else has changed after us calls a person, who knows what it shall be', async () => {
    climbing([10, 50]);
    const { set } = flags.service;
    Object.assign(flags.service, {
      set: async (...asked: Parameters<typeof set>) => {
        await set(...asked);
        if (flags.sets.length === 1) flags.states.set('dark-mode/test', { isOn: true, rolloutPercent: 33 });
      },
    });
    const id = await deploy();
    expect(await finished(id)).toBe('needs-human');
    expect(now()).toEqual({ isOn: true, rolloutPercent: 33 });
    expect(sets()).toEqual([10]);
  });

  test('that a kill switch switched off stays off, and the deployment is taken back', async () => {
    climbing([10, 50]);
    office.catalog = { ...office.catalog, emergency: { channels: [], reviewWithinMs: 3_600_000 } };
    const id = await deploy();
    await pull();
    expect(await finished(id)).toBe('rolled-back');
    expect(now()?.isOn).toBe(false);
    expect(sets()).toEqual([]);
    const next = await office.as('U0ANN').deploy(staging());
    expect(said(next)).toContain('is switched off by the kill switch');
  });

  test.each([
    ['off before', off, [50]],
    ['on for a few before', { isOn: true, rolloutPercent: 5 }, [50]],
    ['on its way up', off, [10, 50]],
  ] as const)(
    'that is switched off while a call of ours is on its way does not stay up: %s',
    async (_, before, percents) => {
      climbing(percents);
      office.catalog = { ...office.catalog, emergency: { channels: [], reviewWithinMs: 3_600_000 } };
      flags.states.set('dark-mode/test', { ...before });
      const { set } = flags.service;
      let isPulled = false;
      Object.assign(flags.service, {
        // Whoever pulls it finds it off, or makes it so; what is on its way arrives a moment later all the same.
        set: async (...asked: Parameters<typeof set>) => {
          const [, , wanted] = asked;
          if (isPulled || wanted.rolloutPercent !== percents.at(-1)) return set(...asked);
          isPulled = true;
          const state = { ...flags.states.get('dark-mode/test') };
          flags.states.set('dark-mode/test', { ...before, isOn: false });
          await pull();
          flags.states.set('dark-mode/test', { ...before, ...state });
          const { version } = await flags.service.look(asked[1]);
          return set(asked[0], asked[1], wanted, version);
        },
      });
      const id = await deploy();
      expect(await finished(id)).toBe('rolled-back');
      expect(isPulled).toBe(true);
      expect(now()?.isOn).toBe(false);
    },
  );

  test('that is not seen to have changed yet is turned back all the same', async () => {
    climbing([10]);
    const { look } = flags.service;
    let lateUntilMs = 0;
    let id = '';
    const { set } = flags.service;
    const service = {
      ...flags.service,
      // For three seconds after a change it is still shown as it was before.
      look: async (place: Parameters<typeof look>[0]) =>
        office.nowMs() < lateUntilMs ? { ...(await look(place)), ...off } : look(place),
      set: async (...asked: Parameters<typeof set>) => {
        await set(...asked);
        lateUntilMs = office.nowMs() + 3_000;
        if (flags.sets.length === 1) await office.as('U0ANN').abort(id, null);
      },
    };
    office = openOffice({ flagsNamed: (name) => (name === 'flags' ? service : null) });
    office.catalog = withFlags(office.catalog);
    climbing([10]);
    id = await deploy();
    expect(await finished(id)).toBe('rolled-back');
    expect(now()).toMatchObject({ isOn: false });
  });

  test('is not turned up under a kill switch that a newer version of the program wrote', async () => {
    climbing();
    const { put } = office.store.board;
    await put({
      kind: 'kill-switch',
      id: 'ks-1',
      afterVersion: 0,
      key: 'newer',
      body: { written: 'by the future' },
      isOpen: true,
      dueAtMs: null,
      notices: [],
      records: [],
    });
    expect(said(await office.as('U0ANN').deploy(staging()))).toContain(
      'may be switched off by the kill switch',
    );
  });

  test('is not turned up in a freeze', async () => {
    climbing([50]);
    const id = await deploy();
    const scope = { service: null, environment: null };
    const freeze = {
      kind: 'freeze',
      scope,
      forMs: null,
      why: 'checkout answers 500',
      incident: 'INC-7',
    } as const;
    await office.as('U0DAN').emergency(freeze);
    await office.visit(id);
    await office.visit(id);
    expect(sets()).toEqual([]);
    expect(await outcome(id)).toBeNull();
  });
});

describe('a flag that is ordered with a deployment', () => {
  test('is turned to the share that was asked for, by the stops below it', async () => {
    climbing([10, 50, 100]);
    expect(await finished(await deploy({ flags: [{ key: 'dark-mode', percent: 25 }] }))).toBe('deployed');
    expect(sets()).toEqual([10, 25]);
  });

  test('is turned alone where the version serves already, and believed to be what ran', async () => {
    const first = await deploy();
    expect(await finished(first)).toBe('deployed');
    expect(said(await office.as('U0ANN').deploy(staging()))).toContain('already-running');
    const id = await deploy({ flags: [{ key: 'dark-mode', percent: 25 }] });
    const { plan } = await office.deployment(id);
    expect(plan.strategy).toBe('flags-only');
    expect(plan.steps.map(({ kind }) => kind)).toEqual(['flag']);
    expect(await finished(id)).toBe('deployed');
    expect(now()).toEqual({ isOn: true, rolloutPercent: 25 });
    const down = await deploy({ flags: [{ key: 'dark-mode', percent: 5 }] });
    expect(await finished(down)).toBe('deployed');
    expect(now()).toEqual({ isOn: true, rolloutPercent: 5 });
  });

  test('that is not there is refused with what was meant', async () => {
    const refused = await office.as('U0ANN').deploy(staging({ flags: [{ key: 'dark-mod', percent: 5 }] }));
    expect(said(refused)).toContain('has no flag dark-mod');
    expect(JSON.stringify(refused)).toContain('dark-mode');
    flags.isReachable = false;
    const unread = await office.as('U0ANN').deploy(staging({ flags: [{ key: 'dark-mode', percent: 5 }] }));
    expect(said(unread)).toContain('could not be asked about dark-mode');
  });

  test('is part of what people approve', async () => {
    const flag = { key: 'new-checkout', percent: 25 };
    const order = office.order('v2', { flags: [flag] });
    const shown = await office.as('U0ANN').deploy(order);
    expect(JSON.stringify(shown)).toContain('new-checkout: off → 25 %');
    flags.states.set('new-checkout/live', { isOn: true, rolloutPercent: 7 });
    const changed = await office.as('U0ANN').deploy({ ...order, plan: planIn(shown) });
    expect(said(changed)).toContain('plan-changed');
  });
});
