import { beforeEach, describe, expect, test } from 'vitest';
import { begunBy, grant, type Office, openOffice, said } from '../../../test/support/office/office.ts';
import type { DeployOrder } from '../../core/desk.ts';

describe('an order that replaces an older one in line', () => {
  let office: Office;
  let running: string;
  let older: string;
  let other: string;

  const deploy = (who: string, ref: string, more: Partial<DeployOrder>, key?: string) =>
    office.as(who, undefined, key).deploy(office.order(ref, { environment: 'staging', ...more }));
  const replace = (ref = 'v4') => deploy('U0DAN', ref, { replaces: older }, 'one press');
  const line = () => office.store.journal.line('api/staging');
  const inLine = async (who: string, ref: string) => {
    const id = begunBy(await deploy(who, ref, { queue: true }));
    await office.visit(id);
    return id;
  };

  beforeEach(async () => {
    office = openOffice();
    running = begunBy(await deploy('U0ANN', 'v2', {}));
    older = await inLine('U0DAN', 'v3');
    other = await inLine('U0ANN', 'v3');
    expect(await line()).toEqual([older, other]);
  });

  test('stands where that one stood, which is stopped and says why', async () => {
    const newer = begunBy(await replace());
    expect(await line()).toEqual([newer, other]);
    await office.visit(older);
    const { outcome, abort } = await office.deployment(older);
    expect([outcome, abort]).toMatchObject(['stopped', { by: 'U0DAN', why: 'replaced by api v4' }]);
    await office.visit(newer);
    expect(await line()).toEqual([newer, other]);
  });

  test('and dies before it begins leaves the older one where it was', async () => {
    const { journal } = office.store;
    const { begin } = journal;
    Object.assign(journal, { begin: () => Promise.reject(new Error('killed')) });
    await expect(replace()).rejects.toThrow('killed');
    expect(await line()).toEqual([older, other]);
    expect(await office.kinds(older)).not.toContain('abort-asked');
    Object.assign(journal, { begin });
    expect(await line()).not.toContain(begunBy(await replace()));
  });

  test('and is handled again is answered as it was', async () => {
    const first = await replace();
    expect(await replace()).toEqual(first);
    await office.visit(older);
    expect(await replace()).toEqual(first);
    expect(await line()).toEqual([begunBy(first), other]);
  });

  test('which starts in the same moment is refused, and nothing is changed', async () => {
    const { journal } = office.store;
    const begin = journal.begin.bind(journal);
    Object.assign(journal, {
      begin: async (...beginning: Parameters<typeof begin>) => {
        const claim = await journal.claim(older, 'elsewhere', 60_000);
        expect(claim !== null && (await journal.stepOut(claim))).toBe(true);
        return begin(...beginning);
      },
    });
    office.pass(60_000);
    expect(said(await replace())).toBe(`not-allowed: ${older} is no order of yours that still waits there.`);
    expect(await office.kinds(older)).not.toContain('abort-asked');
  });

  test('of somebody else is refused', async () => {
    const theirs = await deploy('U0DAN', 'v4', { replaces: other });
    expect(said(theirs)).toBe(`not-allowed: ${other} is no order of yours that still waits there.`);
    expect(await line()).toEqual([older, other]);
  });

  test('of the very same version is that order, and goes on waiting', async () => {
    expect(begunBy(await replace('v3'))).toBe(older);
    expect(await line()).toEqual([older, other]);
  });

  test('gives the place up when something stands in its way, and keeps nobody else waiting', async () => {
    const newer = begunBy(await replace());
    const { catalog } = office;
    office.catalog = { ...catalog, grants: [...catalog.grants, grant('release-manager', ['U0CAT'])] };
    const scope = { service: 'api', environment: 'staging' };
    const freeze = { kind: 'freeze', scope, when: null, forMs: null, zone: null, why: 'the fair' } as const;
    expect((await office.as('U0CAT').maintain(freeze)).kind).toBe('answer');
    await office.as('U0ANN').abort(running, null);
    await office.visit(running);
    await office.visit(newer);
    expect((await office.deployment(newer)).people.hindrance).toContain('A freeze');
    expect(await line()).not.toContain(newer);
  });
});
