import { beforeEach, describe, expect, test } from 'vitest';
import {
  begunBy,
  grant,
  type Office,
  openOffice,
  planIn,
  said,
} from '../../../test/support/office/office.ts';
import type { Reply } from '../../core/answer.ts';
import type { Capabilities } from '../../core/capability.ts';
import type { OnFailure } from '../../core/catalog.ts';
import type { DeployOrder } from '../../core/desk.ts';
import { reportOf } from '../../core/report-of.ts';
import { plain } from '../../core/text.ts';
import { attendBoard } from '../board/index.ts';

/** What keeps one version at a time, as most platforms do. */
const inPlace: Partial<Capabilities> = {
  staged: { can: false, why: 'platform', say: 'it keeps one version at a time' },
  traffic: { can: false, why: 'platform', say: 'it keeps one version at a time' },
  metrics: { can: false, why: 'platform', say: 'it has no numbers by version' },
};

let office: Office;
beforeEach(() => {
  office = openOffice();
  sell('take-back');
});

/** A shop of two services: web needs api, and api is replaced rather than shared out. */
function sell(onFailure: OnFailure): void {
  office.world.abilities.set('api/staging', inPlace).set('api/production', inPlace);
  const [api, web] = office.catalog.services;
  if (api === undefined || web === undefined) throw new Error('the office has two services');
  const targets = api.targets.map((target) => ({ ...target, strategy: 'in-place' }));
  office.catalog = {
    ...office.catalog,
    services: [
      { ...web, needs: ['api'] },
      { ...api, targets },
    ],
    products: [{ name: 'shop', summary: '', services: ['web', 'api'], onFailure }],
  };
}

const order = (ref: string | null, more: Partial<DeployOrder> = {}): DeployOrder => ({
  ...office.order('v2', { service: 'shop', environment: 'staging', ...more }),
  ref,
});
const deploy = (ref: string | null, who = 'U0ANN'): Promise<Reply> => office.as(who).deploy(order(ref));
const serving = () =>
  ['api/staging', 'web/staging'].map((id) => {
    const serves = (office.world.places.get(id) ?? []).filter(({ trafficPercent }) => trafficPercent > 0);
    return serves.map(({ name, trafficPercent }) => `${name} ${trafficPercent}`).join(' ');
  });
async function toTheEnd(id: string) {
  for (let visit = 0; visit < 5; visit++) await office.visit(id);
  return office.deployment(id);
}

describe('a product', () => {
  test('is deployed as one: what it needs first, each place in its own way', async () => {
    const id = begunBy(await deploy('v2'));
    const { outcome, plan } = await toTheEnd(id);
    expect(outcome).toBe('deployed');
    expect(serving()).toEqual(['v2 100', 'v2 100']);
    expect(plan).toMatchObject({ product: 'shop', strategy: 'in-place and rolling' });
    expect(office.world.touched).toEqual([
      'replace api/staging v2',
      'release web/staging v2',
      'route web/staging 50/50',
      'route web/staging 100/0',
      'retire web/staging ',
    ]);
    expect(reportOf(id, await office.deployment(id)).title).toBe('shop v2 → staging');
    expect(plan.notMeasured).toContain(
      'nothing is watched at api/staging: neither criteria nor a watch are configured',
    );
  });

  test('goes back as one, in reverse, when the last of it fails', async () => {
    office.world.refuses.set('web/staging', 'the quota is used up');
    const deployment = await toTheEnd(begunBy(await deploy('v2')));
    expect(deployment.outcome).toBe('rolled-back');
    expect(serving()).toEqual(['v1 100', 'v1 100']);
    expect(office.world.touched).toEqual(['replace api/staging v2', 'restore api/staging v1']);
    expect(reportOf('d', deployment).targets.map(({ id, serves }) => [id, serves])).toEqual([
      ['api/staging', 'v1'],
      ['web/staging', 'v1'],
    ]);
  });

  test('leaves alone what already runs the version, and what nobody has changed is not deployed', async () => {
    begunBy(await office.as('U0ANN').deploy(order('v2', { service: 'api' })));
    const [first] = await office.store.journal.list({
      service: null,
      environment: null,
      isActive: true,
      limit: 1,
    });
    await toTheEnd(first?.deploymentId ?? '');
    const { plan } = await toTheEnd(begunBy(await deploy('v2')));
    expect(plan.targets.map(({ id }) => id)).toEqual(['web/staging']);
    expect(said(await deploy('v2'))).toMatch(/^already-running/);
  });

  test('takes a version that was named, and no other', async () => {
    expect(said(await deploy(null))).toMatch(/^bad-arguments: Say which version of shop/);
    expect(said(await deploy('v9'))).toMatch(/^not-found: (api|web) has no version named/);
    expect(office.world.touched).toEqual([]);
  });

  test('needs leave for everything in it', async () => {
    const grants = [grant('deployer', ['U0EVE'], { services: ['web'] })];
    office.catalog = { ...office.catalog, grants: [...office.catalog.grants, ...grants] };
    expect(said(await deploy('v2', 'U0EVE'))).toMatch(/^not-allowed/);
    expect(said(await deploy('v2', 'U0NOBODY'))).toMatch(/^not-allowed/);
  });

  test('in a protected place is shown as one plan and approved as one', async () => {
    const asked = { environment: 'production' };
    const shown = await office.as('U0ANN').deploy(order('v2', asked));
    expect(said(shown)).toBe(
      'This would take shop in production to v2: api from v1, web from v1. Nothing has been changed yet.',
    );
    const parts = shown.kind === 'answer' ? shown.parts : [];
    const facts = parts.flatMap((part) => (part.kind === 'facts' ? part.facts : []));
    expect(facts.map(({ name, value }) => `${name}: ${plain(value)}`)).toEqual(
      expect.arrayContaining([
        'When: after api/production',
        'If one fails: all of them go back, in reverse order',
      ]),
    );
    const id = begunBy(await office.as('U0ANN').deploy(order('v2', { ...asked, plan: planIn(shown) })));
    await office.approve(id);
    expect((await toTheEnd(id)).outcome).toBe('deployed');
  });

  test('is rolled back as one, to what ran before at each place, by what the platform keeps', async () => {
    await toTheEnd(begunBy(await deploy('v2')));
    await toTheEnd(begunBy(await deploy('v3')));
    const back = { service: 'shop', environment: 'staging', to: null, why: null, plan: null };
    const shown = await office.as('U0ANN').rollBack(back);
    expect(said(shown)).toMatch(/^This would roll back shop in staging from v3 to v2/);
    const { plan, outcome } = await toTheEnd(
      begunBy(await office.as('U0ANN').rollBack({ ...back, plan: planIn(shown) })),
    );
    expect(outcome).toBe('deployed');
    expect(serving()).toEqual(['v2 100', 'v2 100']);
    expect(plan.targets.map(({ id, kept }) => [id, kept !== undefined])).toEqual([
      ['api/staging', true],
      ['web/staging', false],
    ]);
    expect(office.world.touched).toContain('restore api/staging v2');
  });
});

test('a replacement that was refused half-way, with nothing left to serve, is taken back all the same', async () => {
  const { world } = office;
  world.refuses.set('api/staging', 'the new one could not be started, and the old one is stopped');
  const id = begunBy(await office.as('U0ANN').deploy(order('v2', { service: 'api' })));
  world.onRefusal.set('api/staging', () => void world.places.set('api/staging', []));
  const deployment = await toTheEnd(id);
  expect(deployment.outcome).toBe('rolled-back');
  expect(serving()[0]).toBe('v1 100');
});

describe('a product that asks when one of its services fails', () => {
  let id: string;
  beforeEach(async () => {
    sell('ask');
    office.world.refuses.set('web/staging', 'the quota is used up');
    id = begunBy(await deploy('v2'));
    await toTheEnd(id);
  });

  test('stops there and says what stays and what went back', async () => {
    const deployment = await office.deployment(id);
    expect(deployment.outcome).toBeNull();
    expect(serving()).toEqual(['v2 100', 'v1 100']);
    const report = reportOf(id, deployment);
    expect(report.phase).toBe('held');
    expect(report.waiting.map(plain)).toEqual([
      'web could not be deployed and was taken back: the quota is used up',
      'Shall api v2 stay? “Go on” leaves them as they are; “Stop” takes them back too',
    ]);
  });

  test('ends like that when a person goes on', async () => {
    await office.as('U0ANN').goOn(id, null);
    const deployment = await toTheEnd(id);
    expect(deployment.outcome).toBe('rolled-back');
    expect(serving()).toEqual(['v2 100', 'v1 100']);
    const { sentence, problem } = reportOf(id, deployment);
    expect(sentence).toMatch(/^shop v2 → staging: partly rolled back, after .*the quota is used up\.$/);
    expect(problem?.consequence).toBe(
      'What was under way has been taken back: api v2 stays; web v1 serves all the traffic.',
    );
    const believed = await office.store.targets.all();
    expect(believed.find((each) => each.id === 'api/staging')).toMatchObject({
      believed: { releaseId: expect.stringMatching(/^r-v2/) },
    });
  });

  test('takes back the rest when a person stops it', async () => {
    await office.as('U0ANN').abort(id, null);
    expect((await toTheEnd(id)).outcome).toBe('rolled-back');
    expect(serving()).toEqual(['v1 100', 'v1 100']);
  });

  /** What is said about it in its thread, again and again. */
  async function reminders(): Promise<string[]> {
    // At the same time it is told to those who come next: one thing after the other.
    for (let round = 0; round < 2; round += 1) await attendBoard(office.parts);
    const rows = await office.store.outbox.take('test', 1_000, 1_000);
    for (const row of rows) await office.store.outbox.sent(row, { channel: 'C1', ts: '1' });
    return rows.flatMap(({ content }) =>
      content.kind === 'word' && plain(content.text).includes('has waited for') ? [plain(content.text)] : [],
    );
  }

  test('is said again every hour until somebody decides, to whoever has taken it', async () => {
    expect(await reminders()).toEqual([]);
    office.pass(3_600_000);
    expect(await reminders()).toEqual([
      expect.stringMatching(/^@U0ANN shop v2 → staging has waited for 1 h/),
    ]);
    expect(await reminders()).toEqual([]);
    const taken = await office.as('U0DAN').alerts({ kind: 'take', id: id.replace('d-', 'a-'), seen: null });
    office.pass(3_600_000);
    expect(await reminders()).toEqual([
      expect.stringMatching(/^@U0DAN shop v2 → staging has waited for 2 h/),
    ]);
    expect(said(taken)).toContain('you have it');
    await office.as('U0ANN').goOn(id, null);
    await toTheEnd(id);
    office.pass(10 * 3_600_000);
    expect(await reminders()).toEqual([]);
  });
});
