import {
  type Catalog,
  type ConfiguredTarget,
  type Environment,
  type Service,
  serviceNamed,
  targetOf,
} from '../../core/catalog.ts';
import { closest } from '../../core/closest.ts';
import { Failed } from '../../core/failure.ts';
import { targetId } from '../../core/names.ts';
import { type Actor, may, type Permission, permissions } from '../../core/person.ts';
import { type Offer, type Refusal, refuse } from '../../core/refusal.ts';
import { code, sentence } from '../../core/text.ts';
import type { Site } from '../../platform/platform.ts';
import type { EngineParts } from '../parts.ts';
import { didYouMean } from './say.ts';
import type { Visiting } from './visitor.ts';

/** One configured service in one environment, for somebody who may do what they ask for there. */
export type Place = {
  readonly id: string;
  readonly service: Service;
  readonly environment: Environment;
  readonly target: ConfiguredTarget;
  readonly site: Site;
};

/** `offer` makes the corrected command for a service or environment that was meant. */
export type Asked = {
  readonly permission: Permission;
  readonly service: string;
  readonly environment: string;
  readonly offer: (service: string, environment: string) => Offer;
};

/** The same without asking who wants it; null where nothing is configured. @throws {Failed} */
export function placeAt(parts: EngineParts, serviceName: string, environmentName: string): Place | null {
  const catalog = parts.catalog();
  const service = serviceNamed(catalog, serviceName);
  const target = service === null ? null : targetOf(service, environmentName);
  const environment = catalog.environments.find(({ name }) => name === environmentName);
  if (service === null || target === null || environment === undefined) return null;
  const id = targetId(service.name, environment.name);
  return { id, service, environment, target, site: parts.siteOf({ ...target, id }) };
}

/** Permission first, so that nobody learns from a refusal what exists where they have no business. */
export function findPlace({ parts, visitor }: Visiting, asked: Asked): Place | Refusal {
  const catalog = parts.catalog();
  const refused = refuseUnlessAllowed(catalog, visitor.actor, asked);
  if (refused !== null) return refused;
  const service = serviceNamed(catalog, asked.service);
  if (service === null) return unknownService(catalog, asked);
  const target = targetOf(service, asked.environment);
  const environment = catalog.environments.find(({ name }) => name === asked.environment);
  if (target === null || environment === undefined) return unknownEnvironment(service, asked);
  const id = targetId(service.name, environment.name);
  try {
    return { id, service, environment, target, site: parts.siteOf({ ...target, id }) };
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    return refuse('unavailable', [sentence(`${id} cannot be reached: ${error.failure.message}`)]);
  }
}

export function refuseUnlessAllowed(
  { grants }: Catalog,
  actor: Visiting['visitor']['actor'],
  asked: { permission: Permission; service: string | null; environment: string | null },
): Refusal | null {
  const { permission, service, environment } = asked;
  if (may(actor, permission, { service, environment }, grants)) return null;
  const stranger = strangers[isUnsureMember(actor) ? 'unknown' : actor.kind];
  if (stranger !== undefined) return refuse('not-allowed', [stranger]);
  const needed = permission === 'look' ? 'a' : `the ${permissions[permission].join(' or ')}`;
  const where = [service, environment].filter((name) => name !== null).join(' in ');
  return refuse(
    'not-allowed',
    [`That needs ${needed} role${where === '' ? '' : ` for ${where}`}, which you do not have.`],
    {
      next: ['Somebody who looks after slipway.yml can add you under ', code('roles'), '.'],
    },
  );
}

function isUnsureMember({ kind, isUnsure }: Actor): boolean {
  return kind === 'member' && isUnsure === true;
}

/** What kinds of account can never do anything here, whatever lists they are in. */
const strangers: Partial<Record<Actor['kind'], string>> = {
  guest: 'Guests of the workspace cannot use Slipway.',
  external: 'Slipway serves the people of its own workspace.',
  bot: 'Slipway takes orders from people, not from bots or workflows.',
  deactivated: 'This account is deactivated.',
  unknown: 'It could not be looked up who you are, so nothing was done. Try again in a minute.',
};

function unknownService(catalog: Catalog, { service, environment, offer }: Asked): Refusal {
  const names = [...catalog.services, ...(catalog.products ?? [])].map(({ name }) => name);
  const meant = closest(service, names, 3);
  return refuse('not-found', ['There is no service named ', code(service), '.'], {
    next: meant.length > 0 ? [didYouMean(meant)] : ['There are: ', code(names.join(', ')), '.'],
    offers: meant.map((name) => offer(name, environment)),
  });
}

function unknownEnvironment(service: Service, { environment, offer }: Asked): Refusal {
  const names = service.targets.map((target) => target.environment);
  const meant = closest(environment, names, 3);
  return refuse(
    'not-found',
    [`${service.name} does not run in an environment named `, code(environment), '.'],
    {
      next: ['It runs in: ', code(names.join(', ')), '.'],
      offers: (meant.length > 0 ? meant : names.slice(0, 3)).map((name) => offer(service.name, name)),
    },
  );
}
