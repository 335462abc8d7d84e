import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { approversOf, channelsFor, type News, type NotifyRule, occasionOf, occasions } from './notify.ts';
import type { Plan } from './plan.ts';
import { type Preference, wantsDirect } from './preference.ts';

const rule = (more: Partial<NotifyRule>): NotifyRule => ({
  channels: ['C1'],
  services: '*',
  environments: '*',
  on: ['rolled-back'],
  severityMin: null,
  ...more,
});
const news = (more: Partial<News> = {}): News => ({
  occasion: 'rolled-back',
  places: [{ service: 'api', environment: 'production' }],
  severity: 3,
  ...more,
});

describe('who is told', () => {
  test.each([
    ['of what it is asked for', rule({}), news(), true],
    ['of nothing else', rule({ on: ['deployed', 'held'] }), news(), false],
    ['of its services', rule({ services: ['api'] }), news(), true],
    ['of no other service', rule({ services: ['web'] }), news(), false],
    ['of no other environment', rule({ environments: ['staging'] }), news(), false],
    [
      'of what reaches everything',
      rule({ services: ['web'] }),
      news({ places: [{ service: null, environment: null }] }),
      true,
    ],
    ['of what is as bad as it is asked for', rule({ severityMin: 3 }), news(), true],
    ['of what is worse', rule({ severityMin: 3 }), news({ severity: 1 }), true],
    ['of nothing milder', rule({ severityMin: 2 }), news(), false],
    [
      'of nothing that went well where only problems are wanted',
      rule({ severityMin: 4 }),
      news({ severity: null }),
      false,
    ],
  ])('a channel is told %s', (_, one, about, isTold) => {
    expect(channelsFor([one], about)).toEqual(isTold ? ['C1'] : []);
  });

  test('a channel that several rules name is told once', () => {
    const rules = [rule({ channels: ['C1', 'C2'] }), rule({ channels: ['C2', 'C3'] })];
    expect(channelsFor(rules, news())).toEqual(['C1', 'C2', 'C3']);
  });

  test('a place counts by its service and its environment together', () => {
    const one = rule({ services: ['api'], environments: ['staging'] });
    const places = [
      { service: 'api', environment: 'production' },
      { service: 'web', environment: 'staging' },
    ];
    expect(channelsFor([one], news({ places }))).toEqual([]);
  });

  test('no phase is told twice, and being let go on is no start', () => {
    expect(occasionOf('moving', 'moving')).toBeNull();
    expect(occasionOf(null, 'moving')).toBe('started');
    expect(occasionOf('waiting', 'moving')).toBe('started');
    expect(occasionOf('held', 'moving')).toBeNull();
    expect(occasionOf('moving', 'undoing')).toBeNull();
    expect(occasionOf('undoing', 'rolled-back')).toBe('rolled-back');
  });
});

describe('approvers', () => {
  const plan = (groups: readonly (string | null)[], requestedBy = 'U1') =>
    ({
      requestedBy,
      targets: [{ service: 'api', environment: 'production' }],
      approval: { requirements: groups.map((group) => ({ needed: 1, group })) },
    }) as unknown as Plan;
  const grant = (people: readonly string[], environments: readonly string[] | '*' = '*') =>
    ({ role: 'approver', people, services: '*', environments }) as const;
  const people = [{ name: 'one', accounts: ['U1', 'U1B'] }];

  test('are the user groups and the few people who may, without whoever asked for it', () => {
    const grants = [grant(['U1', 'U1B', 'U2', 'S0CREW', 'os:root']), grant(['U9'], ['staging'])];
    expect(approversOf({ grants, groups: [], people }, plan([null]))).toEqual(['S0CREW', 'U2']);
  });

  test('are those of the group that is asked for, each once', () => {
    const groups = [{ name: 'dba', people: ['S0DBA', 'U3'] }];
    const catalog = { grants: [grant(['U3', 'U4'])], groups, people };
    expect(approversOf(catalog, plan(['dba', 'dba']))).toEqual(['S0DBA', 'U3']);
  });

  test('are no crowd of people, each called by name', () => {
    const crowd = Array.from({ length: 6 }, (_, index) => `U9${index}`);
    expect(approversOf({ grants: [grant([...crowd, 'S0ALL'])], groups: [], people }, plan([null]))).toEqual([
      'S0ALL',
    ]);
  });
});

describe('direct messages', () => {
  const at = (clock: string) => Date.parse(`2026-11-20T${clock}:00Z`);
  const quiet = { from: '22:00', until: '07:00', zone: 'UTC' };

  test('are written to nobody who has not asked for them', () => {
    for (const occasion of occasions) {
      expect(wantsDirect({ favourites: [], direct: 'off', quiet: null }, occasion, 0)).toBe(false);
    }
  });

  test('each choice has the one before it in it', () => {
    const told = (['off', 'needs-me', 'ended', 'all'] as const).map((direct) =>
      occasions.filter((occasion) => wantsDirect({ favourites: [], direct, quiet: null }, occasion, 0)),
    );
    expect(told.map(({ length }) => length)).toEqual([0, 1, 4, 7]);
    for (const [index, less] of told.slice(0, -1).entries())
      expect(told[index + 1]).toEqual(expect.arrayContaining(less));
  });

  test('at night only what needs somebody is said, over midnight too', () => {
    const night: Preference = { favourites: [], direct: 'all', quiet };
    expect(wantsDirect(night, 'deployed', at('23:30'))).toBe(false);
    expect(wantsDirect(night, 'deployed', at('06:59'))).toBe(false);
    expect(wantsDirect(night, 'deployed', at('07:00'))).toBe(true);
    expect(wantsDirect(night, 'needs-human', at('23:30'))).toBe(true);
    const noon: Preference = { ...night, quiet: { from: '12:00', until: '13:00', zone: 'Europe/Berlin' } };
    expect(wantsDirect(noon, 'deployed', at('11:30'))).toBe(false);
    expect(wantsDirect(noon, 'deployed', at('12:30'))).toBe(true);
  });

  test('quiet hours take nothing away that needs somebody, whatever they are', () => {
    const clock = fc
      .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
      .map((parts) => parts.map((part) => String(part).padStart(2, '0')).join(':'));
    fc.assert(
      fc.property(clock, clock, fc.integer({ min: 0, max: 4e12 }), (from, until, nowMs) => {
        const preference: Preference = {
          favourites: [],
          direct: 'needs-me',
          quiet: { from, until, zone: 'UTC' },
        };
        return wantsDirect(preference, 'needs-human', nowMs) && !wantsDirect(preference, 'deployed', nowMs);
      }),
    );
  });
});
