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
import type { LockOrder } from '../../core/maintenance-order.ts';

const scope = { service: 'api', environment: 'production' };
const lock: LockOrder = { kind: 'lock', which: { scope }, why: 'mine', forMs: null, to: null, seen: null };

let office: Office;
beforeEach(() => {
  office = openOffice();
  const { grants } = office.catalog;
  const cat = grant('release-manager', ['U0CAT']);
  office.catalog = { ...office.catalog, grants: [...grants, cat, grant('viewer', ['U0CAT'])] };
});

const hinder = async (id: string) => (await office.deployment(id)).people.hindrance;
const isStarted = async (id: string) => (await office.deployment(id)).people.isStarted;

function freeze(): Promise<Reply> {
  return office
    .as('U0CAT')
    .maintain({ kind: 'freeze', scope, when: null, forMs: null, zone: null, why: 'the fair' });
}

describe('a deployment that was approved', () => {
  test('waits for the end of a freeze, and starts by itself then', async () => {
    const id = await office.request();
    await freeze();
    await office.approve(id);
    await office.visit(id);
    expect(await hinder(id)).toContain('A freeze of api in production stands in the way');
    await office.as('U0CAT').maintain({ kind: 'unfreeze', which: { scope }, seen: null });
    office.pass(30_000);
    await office.visit(id);
    expect(await isStarted(id)).toBe(true);
  });

  test('and stands before a freeze asks nobody who it is, however often it is looked at', async () => {
    const id = await office.request();
    await freeze();
    await office.approve(id);
    const before = office.lookups.length;
    for (let look = 0; look < 30; look += 1) {
      await office.visit(id);
      office.pass(20_000);
    }
    expect(await hinder(id)).toContain('A freeze of api in production stands in the way');
    expect(office.lookups.slice(before)).toEqual([]);
    await office.as('U0CAT').maintain({ kind: 'unfreeze', which: { scope }, seen: null });
    const lifted = office.lookups.length;
    await office.visit(id);
    expect(office.lookups.slice(lifted)).toEqual(['fresh U0ANN', 'fresh U0BOB']);
    expect(await isStarted(id)).toBe(true);
  });

  test('and stands in line asks nobody either, until the place is free', async () => {
    const order = office.order('v2', { environment: 'staging' });
    begunBy(await office.as('U0ANN').deploy(order));
    const second = begunBy(await office.as('U0DAN').deploy({ ...order, ref: 'v3', queue: true }));
    const before = office.lookups.length;
    for (let look = 0; look < 10; look += 1) {
      office.pass(60_000);
      await office.visit(second);
    }
    expect(await office.store.journal.line('api/staging')).toEqual([second]);
    expect(office.lookups.slice(before)).toEqual([]);
  });

  test('and whose approver has left while it stood in line keeps nobody else waiting for another yes', async () => {
    const second = await office.request('v3', 'U0DAN');
    await office.approve(second);
    const { catalog } = office;
    const open = catalog.environments.map((each) => ({ ...each, isProtected: false, approval: null }));
    office.catalog = { ...catalog, environments: open };
    const first = begunBy(await office.as('U0ANN').deploy(office.order('v2')));
    office.catalog = catalog;
    await office.visit(second);
    expect(await office.store.journal.line('api/production')).toEqual([second]);
    office.accounts.set('U0BOB', { kind: 'deactivated', groups: [] });
    await office.as('U0ANN').abort(first, 'another one');
    await office.visit(first);
    office.pass(60_000);
    await office.visit(second);
    expect(await office.kinds(second)).toContain('approval-void');
    expect(await office.store.journal.line('api/production')).toEqual([]);
  });

  test('by somebody who has left since ends, as soon as nothing else stands in its way', async () => {
    const id = await office.request();
    await freeze();
    await office.approve(id);
    office.accounts.set('U0ANN', { kind: 'deactivated', groups: [] });
    await office.visit(id);
    expect((await office.deployment(id)).people.hindrance).toContain('A freeze');
    await office.as('U0CAT').maintain({ kind: 'unfreeze', which: { scope }, seen: null });
    office.pass(30_000);
    await office.visit(id);
    expect(await office.kinds(id)).not.toContain('started');
    expect((await office.deployment(id)).outcome).toBe('stopped');
  });

  test('and finds a lock is asked about when that is gone, and starts when a person says so, not before', async () => {
    const id = await office.request();
    await office.as('U0DAN').maintain(lock);
    await office.approve(id);
    await office.visit(id);
    expect(await hinder(id)).toContain('held by @U0DAN');
    await office.as('U0DAN').maintain({ ...lock, kind: 'unlock' });
    for (let look = 0; look < 3; look += 1) {
      office.pass(30_000);
      await office.visit(id);
    }
    const asked = await office.deployment(id);
    expect(asked.people).toMatchObject({
      isStarted: false,
      isMissed: true,
      missedBecause: expect.stringContaining('free again'),
    });
    expect(said(await office.as('U0ANN').startMissed(id, null))).toContain(
      'starts as soon as nothing stands in its way',
    );
    office.pass(30_000);
    await office.visit(id);
    expect(await isStarted(id)).toBe(true);
  });

  test('of the one who has the lock is not kept by it', async () => {
    await office.as('U0ANN2').maintain(lock);
    const id = await office.request();
    await office.approve(id);
    await office.visit(id);
    expect(await isStarted(id)).toBe(true);
  });

  test('and stood in line gives up its place to a lock, and asks for it again', async () => {
    const order = office.order('v2', { environment: 'staging' });
    const place = { scope: { service: 'api', environment: 'staging' } };
    const first = begunBy(await office.as('U0ANN').deploy(order));
    const queued = begunBy(await office.as('U0DAN').deploy({ ...order, ref: 'v3', queue: true }));
    await office.visit(queued);
    expect(await office.store.journal.line('api/staging')).toEqual([queued]);
    await office.as('U0ANN').maintain({ ...lock, which: place });
    await office.as('U0ANN').abort(first, 'another one');
    await office.visit(first);
    office.pass(60_000);
    await office.visit(queued);
    expect(await hinder(queued)).toContain('held by @U0ANN');
    expect(await office.store.journal.line('api/staging')).toEqual([]);
  });
});

describe('who breaks the glass', () => {
  const incident = { breakGlass: { why: 'it burns in the kitchen', incident: 'INC-1' } };

  test('passes a freeze at the desk and at the start', async () => {
    await freeze();
    const refused = await office.as('U0ANN').deploy(office.order('v2'));
    expect(said(refused)).toContain('target-held: A freeze of api in production');
    const shown = await office.as('U0DAN').deploy(office.order('v2', incident));
    const id = begunBy(
      await office.as('U0DAN').deploy(office.order('v2', { ...incident, plan: planIn(shown) })),
    );
    await office.visit(id);
    expect(await isStarted(id)).toBe(true);
  });

  test('does not pass the lock of another person, who is shown with a way on', async () => {
    await office.as('U0ANN').maintain(lock);
    const refused = await office.as('U0DAN').deploy(office.order('v2', incident));
    expect(said(refused)).toContain('target-held: A lock of api in production, held by @U0ANN');
    expect(refused.offers?.map(({ label }) => label)).toEqual(['Wait for it', 'Take it over…']);
  });
});
