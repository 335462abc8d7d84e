import { beforeEach, expect, test } from 'vitest';
import { type Office, openOffice } from '../../../test/support/office/office.ts';
import { Failed } from '../../core/failure.ts';
import type { FlagPlace, FlagService, FlagStanding } from '../../flag/flag.ts';

let office: Office;
let look: (place: FlagPlace) => Promise<FlagStanding>;

const standing: FlagStanding = {
  isOn: true,
  rolloutPercent: 25,
  version: '1',
  updatedBy: null,
  caveats: ['1 rule comes before the percentage'],
};

beforeEach(() => {
  office = openOffice();
  look = async () => standing;
  const flags = [
    { key: 'new-checkout', at: 'ld', environments: { staging: 'test', production: 'live' } },
    { key: 'mails', at: 'ld', environments: { production: 'live' } },
  ];
  const services = office.catalog.services.map((each) => (each.name === 'api' ? { ...each, flags } : each));
  office.catalog = { ...office.catalog, services };
  // Who can only be read is asked like every other.
  const writing = { can: false, say: 'it can only be read' } as const;
  const service: FlagService = {
    name: 'ld',
    writing,
    look: (place) => look(place),
    set: () => Promise.reject(new Error('nobody turns anything')),
  };
  Object.assign(office.parts, { flagsNamed: (name: string) => (name === 'ld' ? service : null) });
});

const shown = async (service: string, environment: string | null) =>
  JSON.stringify(await office.during(office.as('U0ANN').health({ service, environment })));

test('who asks how a service is sees how its flags stand, and what else decides them', async () => {
  const everywhere = await shown('api', null);
  expect(everywhere).toContain(
    '["new-checkout","staging (ld: test)","on for 25 %; 1 rule comes before the percentage"]',
  );
  expect(everywhere).toContain('["mails","production (ld: live)"');
  expect(await shown('api', 'staging')).not.toContain('mails');
  expect(await shown('web', null)).not.toContain('Feature flags');
});

test('what a flag service does not say is not known, and is no answer about the service', async () => {
  look = () =>
    Promise.reject(new Failed({ code: 'unavailable', message: 'LaunchDarkly is away', retryAfterMs: null }));
  expect(await shown('api', 'staging')).toContain('"not known: LaunchDarkly is away"');
  look = () => new Promise(() => undefined);
  const waiting = await shown('api', 'staging');
  expect(waiting).toContain('"not known: there was no answer within 15 s"');
  expect(waiting).toContain('api is healthy');
});
