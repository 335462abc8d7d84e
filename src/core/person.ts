/** Who asks. Built only from an authenticated delivery, never from what a message says. */
export type Actor = {
  /** The stable id that grants are written for: a Slack user id, or `os:<name>` from the host. */
  readonly id: string;
  /** A name for logs; never used to decide anything. */
  readonly name: string;
};

/** Ordered by what they allow; each one stands alone, none implies another. */
export const roles = ['viewer', 'deployer'] as const;
export type Role = (typeof roles)[number];

/** Who may do what where. An empty list means nobody. */
export type Grant = {
  readonly role: Role;
  readonly people: readonly string[];
  /** `'*'` is every service or environment that is configured. */
  readonly services: readonly string[] | '*';
  readonly environments: readonly string[] | '*';
};

type Place = { readonly service: string | null; readonly environment: string | null };

/**
 * The one place where permission is decided; deny by default. A null service or environment asks "anywhere at all?".
 */
export function may(actor: Actor, role: Role, place: Place, grants: readonly Grant[]): boolean {
  return grants.some(
    (grant) =>
      grant.role === role &&
      grant.people.includes(actor.id) &&
      covers(grant.services, place.service) &&
      covers(grant.environments, place.environment),
  );
}

function covers(names: readonly string[] | '*', name: string | null): boolean {
  return names === '*' || (name === null ? names.length > 0 : names.includes(name));
}
