import { beforeEach, describe, expect, test } from 'vitest';
import { type FakeFlags, openFakeFlags, withFlags } from '../../../../test/support/office/flags.ts';
import { grant, type Office, openOffice, said } from '../../../../test/support/office/office.ts';
import type { Answer, Reply } from '../../../core/answer.ts';
import type { EmergencyOrder } from '../../../core/emergency-order.ts';
import { Failed } from '../../../core/failure.ts';
import { KillSwitch } from '../../../core/kill-switch.ts';
import { attendBoard } from '../../board/index.ts';

let office: Office;
let flags: FakeFlags;
beforeEach(() => {
  flags = openFakeFlags({
    'new-checkout/live': { isOn: true, rolloutPercent: 25 },
    'dark-mode/live': { isOn: true, rolloutPercent: 100 },
    'dark-mode/test': { isOn: false, rolloutPercent: 100 },
  });
  office = openOffice({ flagsNamed: (name) => (name === 'flags' ? flags.service : null) });
  office.catalog = {
    ...withFlags(office.catalog),
    emergency: { channels: ['C9'], reviewWithinMs: 3_600_000 },
  };
});

const incident = { why: 'checkout answers 500 since noon', incident: 'INC-7' };
const nothing = { flag: null, service: null, environment: null, plan: null };
const off = (more: Partial<EmergencyOrder>) =>
  ({ kind: 'kill-switch', ...nothing, ...incident, ...more }) as Extract<
    EmergencyOrder,
    { kind: 'kill-switch' }
  >;
const on = (more: Partial<EmergencyOrder>) =>
  ({ kind: 'switch-on', id: null, ...nothing, ...incident, ...more }) as EmergencyOrder;

function planOf(reply: Reply): string {
  const plan = /--plan ([0-9a-f]{12})/.exec(JSON.stringify(reply.offers ?? []))?.[1];
  if (plan === undefined) throw new Error(`no plan was shown: ${said(reply)}`);
  return plan;
}
const asks = (order: EmergencyOrder, who = 'U0DAN', key?: string) =>
  office.as(who, undefined, key).emergency(order);
async function pulled(more: Partial<EmergencyOrder>): Promise<Reply> {
  return asks(off({ ...more, plan: planOf(await asks(off(more))) }));
}
const codeOf = (reply: Reply) => (reply.kind === 'refusal' ? reply.code : reply.kind);
async function hanging() {
  const sheets = await office.store.board.list({ kind: 'kill-switch', isOpen: null, limit: 9 });
  return sheets.map((sheet) => ({ ...sheet, body: KillSwitch.parse(sheet.body) }));
}
/** Everything that waits to be told. */
const told = () => office.store.outbox.take('test', 1_000, 1_000);
const live = () => flags.states.get('new-checkout/live');

describe('a kill switch', () => {
  test('shows first which flags, whose they are and how they stand, and changes nothing', async () => {
    const shown = (await asks(off({ service: 'new-checkout' }))) as Answer;
    const words = JSON.stringify(shown);
    for (const each of ['new-checkout', 'production (flags: live)', 'api, web', 'on for 25 %']) {
      expect(words).toContain(each);
    }
    expect(shown.sentence).toContain('Nothing has been changed yet');
    expect(flags.sets).toEqual([]);
    expect(await hanging()).toEqual([]);
    const all = (await asks(off({ service: 'api' }))) as Answer;
    expect(JSON.stringify(all)).toContain('dark-mode');
  });

  test('switches off at once, reads it back, hangs, and is loud with a review', async () => {
    const reply = await pulled({ service: 'new-checkout' });
    expect(said(reply)).toBe('new-checkout is off in production, read back.');
    expect(live()).toEqual({ isOn: false, rolloutPercent: 25 });
    expect(await hanging()).toMatchObject([
      { isOpen: true, body: { flags: [{ before: { isOn: true, rolloutPercent: 25 }, state: 'done' }] } },
    ]);
    const reviews = await office.store.board.list({ kind: 'review', isOpen: true, limit: 9 });
    expect(reviews).toMatchObject([
      {
        body: {
          action: 'kill-switch (new-checkout)',
          scope: { service: null, environment: 'production' },
          ...incident,
        },
      },
    ]);
    const words = JSON.stringify(await told());
    for (const place of ['C9', 'production']) expect(words).toContain(place);
  });

  test('of a service reaches every flag that it reads there, and of a flag in one place that place', async () => {
    await pulled({ service: 'api', environment: 'production' });
    expect([...flags.states.values()].map(({ isOn }) => isOn)).toEqual([false, false, false]);
    expect(flags.sets.map(({ at }) => at).toSorted()).toEqual(['dark-mode/live', 'new-checkout/live']);
  });

  test('needs the right for everybody who reads the flag, and someone known now', async () => {
    expect(codeOf(await asks(off({ flag: 'new-checkout' }), 'U0ANN'))).toBe('not-allowed');
    const { grants } = office.catalog;
    office.catalog = {
      ...office.catalog,
      grants: [...grants, grant('commander', ['U0EVE'], { services: ['api'] })],
    };
    expect(codeOf(await asks(off({ flag: 'new-checkout' }), 'U0EVE'))).toBe('not-allowed');
    expect(codeOf(await asks(off({ flag: 'dark-mode' }), 'U0EVE'))).toBe('answer');
    expect(flags.sets).toEqual([]);
  });

  test('is refused where what was shown is not what it would reach any more', async () => {
    const plan = planOf(await asks(off({ service: 'api' })));
    expect(codeOf(await asks(off({ flag: 'new-checkout', plan })))).toBe('plan-changed');
    expect(flags.sets).toEqual([]);
  });

  test('is carried out though the share has changed since it was shown, and though somebody changes it that moment', async () => {
    const plan = planOf(await asks(off({ flag: 'new-checkout' })));
    flags.states.set('new-checkout/live', { isOn: true, rolloutPercent: 50 });
    flags.troubles.push('somebody-else');
    expect(said(await asks(off({ flag: 'new-checkout', plan })))).toContain('is off in production');
    expect(live()).toEqual({ isOn: false, rolloutPercent: 50 });
    expect(flags.sets).toHaveLength(2);
  });

  test('names what is not there, and offers what was meant', async () => {
    const unknown = await asks(off({ flag: 'new-chekout' }));
    expect(codeOf(unknown)).toBe('not-found');
    expect(JSON.stringify(unknown)).toContain('kill-switch --flag \\"new-checkout\\"');
    expect(codeOf(await asks(off({ flag: 'new-checkout', environment: 'staging' })))).toBe('not-found');
    const { grants } = office.catalog;
    const elsewhere = { services: ['web'] };
    const theirs = [grant('viewer', ['U0EVE'], elsewhere), grant('commander', ['U0EVE'], elsewhere)];
    office.catalog = { ...office.catalog, grants: [...grants, ...theirs] };
    const unseen = await asks(off({ flag: 'dark-mode' }), 'U0EVE');
    expect(JSON.stringify(unseen).replaceAll('dark-mode', 'x')).toBe(
      JSON.stringify(await asks(off({ flag: 'no-such-flag' }), 'U0EVE')).replaceAll('no-such-flag', 'x'),
    );
  });

  test('says so where flags can only be read', async () => {
    flags = openFakeFlags({ 'new-checkout/live': { isOn: true, rolloutPercent: null } }, false);
    const reply = await asks(off({ flag: 'new-checkout' }));
    expect(codeOf(reply)).toBe('not-supported');
    expect(JSON.stringify(reply)).toContain('it is only read here');
  });

  test('that does not get through says NOT OFF YET, and is carried out by the clock', async () => {
    const plan = planOf(await asks(off({ flag: 'new-checkout' })));
    flags.isReachable = false;
    const reply = await asks(off({ flag: 'new-checkout', plan }));
    expect(said(reply)).toContain('is not off everywhere yet');
    expect(JSON.stringify(reply)).toContain('NOT OFF YET');
    expect(JSON.stringify(await told())).toContain('does not answer');
    flags.isReachable = true;
    office.pass(15_000);
    await attendBoard(office.parts);
    expect(live()?.isOn).toBe(false);
    expect((await hanging())[0]?.body.flags[0]).toMatchObject({ state: 'done', before: { isOn: true } });
  });

  test('whose answer got lost is read back, and called once', async () => {
    flags.troubles.push('lose-answer');
    await pulled({ flag: 'new-checkout' });
    office.pass(15_000);
    await attendBoard(office.parts);
    expect(flags.sets).toHaveLength(1);
    expect((await hanging())[0]?.body.flags[0]?.state).toBe('done');
  });

  test('whose process dies in the middle is finished by the next one', async () => {
    const plan = planOf(await asks(off({ flag: 'new-checkout' })));
    const { service } = flags;
    const { set } = service;
    Object.assign(service, { set: () => Promise.reject(new Error('killed')) });
    await expect(asks(off({ flag: 'new-checkout', plan }), 'U0DAN', 'press')).rejects.toThrow('killed');
    expect((await hanging())[0]?.body.flags[0]?.state).toBe('sent');
    Object.assign(service, { set });
    office.pass(60_000);
    await attendBoard(office.parts);
    expect(live()?.isOn).toBe(false);
    expect(said(await asks(off({ flag: 'new-checkout', plan }), 'U0DAN', 'press'))).toContain(
      'is off in production',
    );
    expect(flags.sets).toHaveLength(1);
  });

  test('keeps nobody from a hotfix, and an open review keeps nobody from a kill switch', async () => {
    await pulled({ flag: 'new-checkout' });
    const scope = { service: 'api', environment: 'production' };
    const hotfix = { kind: 'hotfix', scope, ref: 'v2', strategy: null, plan: null, ...incident } as const;
    expect(codeOf(await asks(hotfix))).toBe('answer');
    expect(said(await pulled({ flag: 'dark-mode' }))).toContain('is off');
  });
});

describe('switching on again', () => {
  test('shows first how it stands, puts back what was on with its share, and takes the switch away', async () => {
    await pulled({ service: 'api' });
    const [sheet] = await hanging();
    const shown = await asks(on({ id: sheet?.id ?? '' }));
    expect(JSON.stringify(shown)).toContain('stays off');
    const reply = await asks(on({ id: sheet?.id ?? '', plan: planOf(shown) }));
    expect(said(reply)).toContain('on again in production');
    expect(live()).toEqual({ isOn: true, rolloutPercent: 25 });
    expect(flags.states.get('dark-mode/test')?.isOn).toBe(false);
    expect(await hanging()).toMatchObject([{ isOpen: false, body: { back: { by: 'U0DAN' } } }]);
    expect(codeOf(await asks(on({ flag: 'new-checkout' })))).toBe('nothing-to-do');
  });

  test('needs the right, and is found by the flag', async () => {
    await pulled({ flag: 'new-checkout' });
    expect(codeOf(await asks(on({ flag: 'new-checkout' }), 'U0ANN'))).toBe('not-allowed');
    expect(codeOf(await asks(on({ flag: 'new-checkout' })))).toBe('answer');
    expect(codeOf(await asks(on({ flag: 'dark-mode' })))).toBe('nothing-to-do');
  });

  test('that does not get through is tried again, and the switch hangs until it is done', async () => {
    await pulled({ flag: 'new-checkout' });
    const shown = await asks(on({ flag: 'new-checkout' }));
    flags.troubles.push('refuse');
    const reply = await asks(on({ flag: 'new-checkout', plan: planOf(shown) }));
    expect(said(reply)).toContain('not on again everywhere yet');
    expect(await hanging()).toMatchObject([{ isOpen: true }]);
    office.pass(15_000);
    await attendBoard(office.parts);
    expect(await hanging()).toMatchObject([{ isOpen: false }]);
  });

  test('that does not get through is given up where somebody switches it off once more meanwhile', async () => {
    await pulled({ flag: 'new-checkout' });
    const shown = await asks(on({ flag: 'new-checkout' }));
    flags.troubles.push('refuse');
    await asks(on({ flag: 'new-checkout', plan: planOf(shown) }));
    await pulled({ flag: 'new-checkout' });
    office.pass(15_000);
    await attendBoard(office.parts);
    expect(live()?.isOn).toBe(false);
    const open = (await hanging()).filter(({ isOpen }) => isOpen);
    expect(open).toMatchObject([{ body: { back: null } }]);
  });

  test('waits until it is known to be off: what is on its way would come after it', async () => {
    const plan = planOf(await asks(off({ flag: 'new-checkout' })));
    const { service } = flags;
    const { set } = service;
    let answer = () => {};
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    Object.assign(service, { set: (...args: Parameters<typeof set>) => answered.then(() => set(...args)) });
    const pulling = asks(off({ flag: 'new-checkout', plan }));
    await expect.poll(() => hanging()).toHaveLength(1);
    expect(codeOf(await asks(on({ flag: 'new-checkout' })))).toBe('too-late');
    answer();
    await pulling;
    Object.assign(service, { set });
    expect(codeOf(await asks(on({ flag: 'new-checkout' })))).toBe('answer');
  });

  test('knows what was on though the process died right after it had switched it off', async () => {
    const plan = planOf(await asks(off({ flag: 'new-checkout' })));
    const { service } = flags;
    const { set } = service;
    const dying = (...args: Parameters<typeof set>) =>
      set(...args).then(() => Promise.reject(new Error('killed')));
    Object.assign(service, { set: dying });
    await expect(asks(off({ flag: 'new-checkout', plan }))).rejects.toThrow('killed');
    Object.assign(service, { set });
    office.pass(60_000);
    await attendBoard(office.parts);
    const shown = await asks(on({ flag: 'new-checkout' }));
    await asks(on({ flag: 'new-checkout', plan: planOf(shown) }));
    expect(live()).toEqual({ isOn: true, rolloutPercent: 25 });
  });

  test('is not believed while an earlier call may still switch it off', async () => {
    const plan = planOf(await asks(off({ flag: 'new-checkout' })));
    const late = holdNext();
    await asks(off({ flag: 'new-checkout', plan }));
    const shown = await asks(on({ flag: 'new-checkout' }));
    const reply = await asks(on({ flag: 'new-checkout', plan: planOf(shown) }));
    expect(said(reply)).toContain('an earlier call may still change that');
    await late();
    expect(live()?.isOn).toBe(false);
    office.pass(15_000);
    await attendBoard(office.parts);
    expect(live()?.isOn).toBe(true);
    expect(await hanging()).toMatchObject([{ isOpen: false }]);
  });

  test('whose call comes late, after somebody has switched it off once more, is taken back', async () => {
    await pulled({ flag: 'new-checkout' });
    const shown = await asks(on({ flag: 'new-checkout' }));
    const late = holdNext();
    await asks(on({ flag: 'new-checkout', plan: planOf(shown) }));
    expect(said(await pulled({ flag: 'new-checkout' }))).toContain('is off in production');
    await late();
    expect(live()?.isOn).toBe(true);
    office.pass(15_000);
    await attendBoard(office.parts);
    expect(live()?.isOn).toBe(false);
    const open = (await hanging()).filter(({ isOpen }) => isOpen);
    expect(open).toMatchObject([{ body: { back: null } }]);
  });

  test('is taken back where somebody switches it off once more while it is being called', async () => {
    await pulled({ flag: 'new-checkout' });
    const shown = await asks(on({ flag: 'new-checkout' }));
    const { service } = flags;
    const { set } = service;
    const overtaken = async (...args: Parameters<typeof set>) => {
      Object.assign(service, { set });
      expect(said(await pulled({ flag: 'new-checkout' }))).toContain('is off in production');
      await set(...args);
    };
    Object.assign(service, { set: overtaken });
    await asks(on({ flag: 'new-checkout', plan: planOf(shown) }));
    expect(live()?.isOn).toBe(false);
  });
});

/** The next change is on its way for longer than anybody waits; called, it comes. */
function holdNext(): () => Promise<void> {
  const { service } = flags;
  const { set } = service;
  let held: () => Promise<void> = () => Promise.reject(new Error('nothing was called'));
  Object.assign(service, {
    set: (...args: Parameters<typeof set>) => {
      held = () => set(...args);
      Object.assign(service, { set });
      const message = 'nothing came back';
      return Promise.reject(new Failed({ code: 'outcome-unknown', message, retryAfterMs: null }));
    },
  });
  return () => held();
}
