import { describe, expect, test } from 'vitest';
import {
  type Actor,
  type ActorKind,
  actorKinds,
  type Grant,
  has,
  may,
  type Permission,
  permissions,
  type Role,
  roles,
} from '../../src/core/person.ts';

/**
 * Who may do what, written down a second time by hand: what a role allows, and nothing else does. Whoever changes the
 * program's own table has to change this one too, and to mean it.
 */
const allows: Record<string, string> = {
  viewer: 'look',
  deployer: 'look deploy stop steer roll-back lock',
  approver: 'look approve overrule review',
  operator: 'look stop steer roll-back maintain',
  'release-manager': 'look stop lock lift-lock freeze overrule waive maintain review',
  commander: 'look stop roll-back lock lift-lock freeze overrule waive emergency recover review',
  auditor: 'look audit',
};
const everyPermission =
  'look deploy stop steer roll-back approve lock lift-lock freeze overrule waive maintain emergency recover review audit';
/** Which kinds of account may hold a role at all. */
const isPerson: Record<string, boolean> = {
  member: true,
  host: true,
  guest: false,
  external: false,
  bot: false,
  deactivated: false,
  unknown: false,
};

const environments = ['staging', 'production', 'disaster-recovery'];
const services = ['api', 'web', 'orders'];
const lists = (names: readonly string[]): (readonly string[] | '*')[] => ['*', names.slice(0, 1), names, []];
const covered = (list: readonly string[] | '*', name: string) => list === '*' || list.includes(name);

/** How somebody is named in a grant, and how the grant names somebody else. */
const ways = {
  'by their id': (actor: Actor) => [actor.id],
  'by a group': () => ['S0THEIRS'],
  'by both': (actor: Actor) => ['U0OTHER', actor.id, 'S0THEIRS'],
  'not at all': () => ['U0OTHER', 'S0OTHERS', 'u0asker', 's0theirs', 'Asker', ''],
};

const person = (kind: ActorKind): Actor => ({
  id: 'U0ASKER',
  name: 'U0OTHER',
  kind,
  groups: ['S0THEIRS', 'S0X'],
});

describe('the one rule of who may do what', () => {
  test('the tables here and there speak of the same things', () => {
    expect(Object.keys(allows).toSorted()).toEqual([...roles].toSorted());
    expect(everyPermission.split(' ').toSorted()).toEqual(Object.keys(permissions).toSorted());
    expect(Object.keys(isPerson).toSorted()).toEqual([...actorKinds].toSorted());
  });

  test('every role, place, permission, kind of account and way of being named, against the table', () => {
    let asked = 0;
    let allowed = 0;
    const wrong: string[] = [];
    for (const role of roles)
      for (const kind of actorKinds)
        for (const [way, name] of Object.entries(ways))
          for (const serviceList of lists(services))
            for (const environmentList of lists(environments)) {
              const actor = person(kind);
              const grant: Grant = {
                role,
                people: name(actor),
                services: serviceList,
                environments: environmentList,
              };
              for (const permission of Object.keys(permissions) as Permission[])
                for (const service of services)
                  for (const environment of environments) {
                    const isRight =
                      isPerson[kind] === true &&
                      way !== 'not at all' &&
                      (allows[role] ?? '').split(' ').includes(permission) &&
                      covered(serviceList, service) &&
                      covered(environmentList, environment);
                    const answer = may(actor, permission, { service, environment }, [grant]);
                    asked += 1;
                    if (answer) allowed += 1;
                    if (answer !== isRight)
                      wrong.push(`${role} ${kind} ${way} ${permission} ${service}/${environment}: ${answer}`);
                  }
            }
    expect(wrong.slice(0, 10)).toEqual([]);
    expect(asked).toBe(7 * 7 * 4 * 4 * 4 * everyPermission.split(' ').length * 9);
    expect(allowed).toBeGreaterThan(5_000);
  });

  test('roles add up, and none of them implies another', () => {
    const place = { service: 'api', environment: 'staging' };
    for (let mask = 0; mask < 2 ** roles.length; mask += 1) {
      const held = roles.filter((_, at) => (mask & (1 << at)) !== 0);
      const grants = held.map(
        (role): Grant => ({ role, people: ['U0ASKER'], services: '*', environments: '*' }),
      );
      for (const permission of Object.keys(permissions) as Permission[]) {
        const isRight = held.some((role) => (allows[role] ?? '').split(' ').includes(permission));
        expect([held, permission, may(person('member'), permission, place, grants)]).toEqual([
          held,
          permission,
          isRight,
        ]);
      }
      for (const role of roles)
        expect(has(person('member'), role, place, grants)).toBe((held as Role[]).includes(role));
    }
  });

  test('two grants are never put together to one: a service of the first with an environment of the second', () => {
    const grants: Grant[] = [
      { role: 'deployer', people: ['U0ASKER'], services: ['api'], environments: ['staging'] },
      { role: 'deployer', people: ['U0ASKER'], services: ['web'], environments: ['production'] },
    ];
    const at = (service: string, environment: string) =>
      may(person('member'), 'deploy', { service, environment }, grants);
    expect([at('api', 'staging'), at('web', 'production')]).toEqual([true, true]);
    expect([at('api', 'production'), at('web', 'staging'), at('*', 'staging'), at('', '')]).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });

  test('nobody may do anything where nothing is granted, and an empty list is nobody', () => {
    for (const kind of actorKinds)
      for (const permission of Object.keys(permissions) as Permission[])
        for (const grants of [
          [],
          roles.map((role) => ({ role, people: [], services: '*', environments: '*' }) as Grant),
        ])
          expect(may(person(kind), permission, { service: null, environment: null }, grants)).toBe(false);
  });
});
