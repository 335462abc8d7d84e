import type { Phase } from './can.ts';
import { type Grant, type Person, personOf } from './person.ts';
import type { Plan } from './plan.ts';
import type { Problem } from './report.ts';

/** What somebody can be told about: where a deployment has come to, and what is loud without one. */
export const occasions = [
  'waiting',
  'started',
  'held',
  'deployed',
  'rolled-back',
  'stopped',
  'needs-human',
  'frozen',
  'break-glass',
] as const;
export type Occasion = (typeof occasions)[number];

/** Who else is told of what: every channel of a rule hears of everything that the rule fits. */
export type NotifyRule = {
  readonly channels: readonly string[];
  readonly services: readonly string[] | '*';
  readonly environments: readonly string[] | '*';
  readonly on: readonly Occasion[];
  /** The mildest problem that is told, 1 being the worst; what went well has none. Null: everything. */
  readonly severityMin: Problem['severity'] | null;
};

/** What the next phase of a deployment is news of; null where nobody has to hear of it. */
export function occasionOf(before: Phase | null, after: Phase): Occasion | null {
  if (before === after || after === 'undoing') return null;
  if (after !== 'moving') return after;
  // Let go on after it was held: the thread says so.
  return before === null || before === 'waiting' ? 'started' : null;
}

export type News = {
  readonly occasion: Occasion;
  /** Where; null is everywhere. */
  readonly places: readonly { readonly service: string | null; readonly environment: string | null }[];
  readonly severity: Problem['severity'] | null;
};

/** The channels that hear of it, each once, in the order of the rules. */
export function channelsFor(rules: readonly NotifyRule[], news: News): string[] {
  return [...new Set(rules.filter((rule) => fits(rule, news)).flatMap(({ channels }) => channels))];
}

function fits({ services, environments, on, severityMin }: NotifyRule, news: News): boolean {
  const isGrave = severityMin === null || (news.severity !== null && news.severity <= severityMin);
  return (
    on.includes(news.occasion) &&
    isGrave &&
    news.places.some(
      ({ service, environment }) => isListed(services, service) && isListed(environments, environment),
    )
  );
}

function isListed(names: readonly string[] | '*', name: string | null): boolean {
  return names === '*' || name === null || names.includes(name);
}

const INDIVIDUALS_MAX = 5;

type Approvers = {
  readonly grants: readonly Grant[];
  readonly groups: readonly { readonly name: string; readonly people: readonly string[] }[];
  readonly people: readonly Person[];
};

/**
 * Whom to call when a plan begins to wait for its approval: user groups, and besides them as many people as do not make
 * a crowd, each by one account. Whoever asked for it cannot approve it, and is not called.
 */
export function approversOf(catalog: Approvers, { approval, targets, requestedBy }: Plan): string[] {
  const asked = (approval?.requirements ?? []).flatMap(({ group }) =>
    group === null
      ? catalog.grants
          .filter((grant) => grant.role === 'approver' && targets.every((target) => reaches(grant, target)))
          .flatMap(({ people }) => people)
      : (catalog.groups.find(({ name }) => name === group)?.people ?? []),
  );
  const requester = personOf(requestedBy, catalog.people);
  const callable = [...new Set(asked)].filter((id) => !id.startsWith('os:'));
  const groups = callable.filter(isUserGroup);
  const accounts = callable.filter((id) => !isUserGroup(id));
  const byPerson = new Map(accounts.toReversed().map((id) => [personOf(id, catalog.people), id]));
  byPerson.delete(requester);
  const individuals = accounts.filter((id) => [...byPerson.values()].includes(id));
  return [...groups, ...(individuals.length > INDIVIDUALS_MAX ? [] : individuals)];
}

function reaches(
  { services, environments }: Grant,
  { service, environment }: { readonly service: string; readonly environment: string },
): boolean {
  return isListed(services, service) && isListed(environments, environment);
}

/** Slack's ids of user groups begin with S, after the workspace where there are several. */
export function isUserGroup(id: string): boolean {
  return /^(?:[TE][A-Z0-9]+\/)?S[A-Z0-9]+$/.test(id);
}
