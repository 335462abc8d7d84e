/** Who is named in an authenticated delivery. Nothing is decided by this alone: whoever decides looks the person up. */
export type Caller = {
  /** The stable id that grants are written for: a Slack user id, or `os:<name>` from the host. */
  readonly id: string;
  /** A name for logs; never used to decide anything. */
  readonly name: string;
};

/** What kind of account somebody has. Only `member` and `host` may ever do anything. */
export const actorKinds = [
  'member',
  /** A user of the operating system that Slipway runs on, at its command line. */
  'host',
  'guest',
  /** Of another workspace, through a shared channel. */
  'external',
  'bot',
  'deactivated',
  /** They could not be looked up. */
  'unknown',
] as const;
export type ActorKind = (typeof actorKinds)[number];

/** Who asks, looked up. Built only from an authenticated delivery, never from what a message says. */
export type Actor = Caller & {
  readonly kind: ActorKind;
  /** Ids of the user groups that they are in; empty where that could not be read. */
  readonly groups: readonly string[];
  /** Their groups could not be read: that they may not do something is not sure, that they may is. */
  readonly isUnsure?: true;
  /** The zone that their account says they live in, such as `Europe/Berlin`; left out or null where it says none. */
  readonly zone?: string | null;
};

/** Each one stands alone, none implies another. */
export const roles = [
  'viewer',
  'deployer',
  'approver',
  'operator',
  'release-manager',
  'commander',
  'auditor',
] as const;
export type Role = (typeof roles)[number];

/**
 * What each thing takes: any one of these roles will do. Stopping is easier than starting: whoever may start may stop,
 * and some who may not start may stop all the same.
 */
export const permissions = {
  look: roles,
  deploy: ['deployer'],
  stop: ['deployer', 'operator', 'release-manager', 'commander'],
  steer: ['deployer', 'operator'],
  'roll-back': ['deployer', 'operator', 'commander'],
  // Against numbers that say no: not whoever wants it out, but whoever answers for it.
  overrule: ['approver', 'release-manager', 'commander'],
  approve: ['approver'],
  lock: ['deployer', 'release-manager', 'commander'],
  // In an incident whoever leads it must not wait for the one who has left with a lock.
  'lift-lock': ['release-manager', 'commander'],
  freeze: ['release-manager', 'commander'],
  // Whoever waives a gate takes it upon themselves: neither who wrote it nor who is in a hurry.
  waive: ['release-manager', 'commander'],
  maintain: ['operator', 'release-manager'],
  emergency: ['commander'],
  review: ['approver', 'release-manager', 'commander'],
  recover: ['commander'],
  audit: ['auditor'],
} as const satisfies Record<string, readonly Role[]>;
export type Permission = keyof typeof permissions;

/** Who may do what where. An empty list means nobody. */
export type Grant = {
  readonly role: Role;
  /** Ids of people and of user groups. */
  readonly people: readonly string[];
  /** `'*'` is every service or environment that is configured. */
  readonly services: readonly string[] | '*';
  readonly environments: readonly string[] | '*';
};

type Place = { readonly service: string | null; readonly environment: string | null };

/**
 * The one place where permission is decided; deny by default. A null service or environment asks "anywhere at all?".
 */
export function may(actor: Actor, what: Permission, place: Place, grants: readonly Grant[]): boolean {
  const rolesThatDo: readonly Role[] = permissions[what];
  return rolesThatDo.some((role) => has(actor, role, place, grants));
}

/** Whether somebody has a role somewhere. Guests, bots and strangers have none, whatever lists they are in. */
export function has(actor: Actor, role: Role, place: Place, grants: readonly Grant[]): boolean {
  if (actor.kind !== 'member' && actor.kind !== 'host') return false;
  return grants.some(
    (grant) =>
      grant.role === role &&
      isAmong(actor, grant.people) &&
      covers(grant.services, place.service) &&
      covers(grant.environments, place.environment),
  );
}

/** Whether somebody is in a list of people and user groups. */
export function isAmong({ id, groups }: Pick<Actor, 'id' | 'groups'>, people: readonly string[]): boolean {
  return people.includes(id) || groups.some((group) => people.includes(group));
}

function covers(names: readonly string[] | '*', name: string | null): boolean {
  return names === '*' || (name === null ? names.length > 0 : names.includes(name));
}

/** One human being with all their accounts: Slack users, `github:<login>`, `os:<name>`. */
export type Person = { readonly name: string; readonly accounts: readonly string[] };

/** Who an account belongs to. Whoever is in no list is taken for a person of their own, named by the account. */
export function personOf(account: string, people: readonly Person[]): string {
  return people.find(({ accounts }) => accounts.includes(account))?.name ?? account;
}

/** Whether it is known which person an account belongs to. */
export function isSomebody(account: string, people: readonly Person[]): boolean {
  return people.some(({ accounts }) => accounts.includes(account));
}
