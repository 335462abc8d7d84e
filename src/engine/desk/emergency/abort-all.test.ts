import { beforeEach, expect, test } from 'vitest';
import { begunBy, grant, type Office, openOffice, said } from '../../../../test/support/office/office.ts';
import type { Desk } from '../../../core/desk.ts';

let office: Office;
beforeEach(() => {
  office = openOffice();
});

/** Somebody who leads in an incident, for these services alone. */
function commander(services: readonly string[]): Desk {
  const { grants } = office.catalog;
  const theirs = (['viewer', 'commander'] as const).map((role) => grant(role, ['U0EVE'], { services }));
  office.catalog = { ...office.catalog, grants: [...grants, ...theirs] };
  return office.as('U0EVE');
}

async function begin(service: string): Promise<string> {
  return begunBy(await office.as('U0ANN').deploy(office.order('v2', { service, environment: 'staging' })));
}

const everything = {
  kind: 'abort-all',
  scope: { service: null, environment: null },
  why: 'everything answers 500 since noon',
  incident: 'INC-7',
} as const;

test('stops what its caller may see, and only counts what they may not', async () => {
  const [api, web] = [await begin('api'), await begin('web')];
  const reply = await commander(['api']).emergency(everything);
  expect(said(reply)).toBe('1 of 2 are being stopped in everything; 1 that you may not see could not be.');
  expect(JSON.stringify(reply)).toContain(api);
  expect(JSON.stringify(reply)).not.toContain(web);
  expect(JSON.stringify(reply)).not.toContain('web');
  expect([await office.kinds(api), await office.kinds(web)]).toEqual([
    expect.arrayContaining(['abort-asked']),
    expect.not.arrayContaining(['abort-asked']),
  ]);
});

test('names what could not be stopped to whoever may see it, with a way to try again', async () => {
  const [api] = [await begin('api'), await begin('web')];
  const { grants } = office.catalog;
  office.catalog = {
    ...office.catalog,
    grants: [...grants, grant('viewer', ['U0EVE'], { services: ['web'] })],
  };
  const reply = await commander(['api']).emergency(everything);
  expect(said(reply)).toMatch(/^1 of 2 are being stopped in everything; d-[0-9a-z]{8} could not be\.$/);
  expect(reply.offers).toHaveLength(1);
  expect(JSON.stringify(reply)).toContain(api);
});

test('says how many are being stopped where all of them are', async () => {
  await begin('api');
  const reply = await commander(['api']).emergency({
    ...everything,
    scope: { service: 'api', environment: null },
  });
  expect(said(reply)).toBe('1 deployment is being stopped in api everywhere.');
});
