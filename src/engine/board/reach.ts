import type { Catalog } from '../../core/catalog.ts';
import { closest } from '../../core/closest.ts';
import type { Actor, Permission } from '../../core/person.ts';
import { type Offer, type Refusal, refuse } from '../../core/refusal.ts';
import { overlaps, type Scope } from '../../core/scope.ts';
import { code } from '../../core/text.ts';
import { refuseUnlessAllowed } from '../desk/place.ts';
import { didYouMean } from '../desk/say.ts';
import type { Visiting } from '../desk/visitor.ts';

/** Makes the corrected command for a scope that was meant. */
export type OfferFor = (scope: Scope, label: string) => Offer;

/**
 * Whether somebody may do something in all of a scope: who may freeze one service must not freeze everything. Where a
 * protected environment is reached they are looked up now. Permission comes first, so that nobody learns what exists.
 */
export async function refuseBeyond(
  { parts, visitor }: Visiting,
  permission: Permission,
  scope: Scope,
  offer: OfferFor,
): Promise<Refusal | null> {
  const catalog = parts.catalog();
  const places = placesIn(catalog, scope);
  const isCareful = catalog.environments.some(
    ({ name, isProtected }) => isProtected && places.some(({ environment }) => environment === name),
  );
  const actor: Actor = isCareful ? await parts.directory.look(visitor.actor, 'fresh') : visitor.actor;
  for (const place of places.length === 0 ? [scope] : places) {
    const refused = refuseUnlessAllowed(catalog, actor, { permission, ...place });
    if (refused !== null) return refused;
  }
  return places.length > 0 ? null : unknownScope(catalog, scope, offer);
}

/** Every configured place that a scope reaches. */
export function placesIn(
  { services }: Pick<Catalog, 'services'>,
  scope: Scope,
): { service: string; environment: string }[] {
  return services.flatMap(({ name, targets }) =>
    targets
      .map(({ environment }) => ({ service: name, environment }))
      .filter((place) => overlaps(scope, place)),
  );
}

function unknownScope({ services, environments }: Catalog, scope: Scope, offer: OfferFor): Refusal {
  const { service, environment } = scope;
  const serviceNames = services.map(({ name }) => name);
  if (service !== null && !serviceNames.includes(service)) {
    return unknown('service', service, serviceNames, (name) => offer({ ...scope, service: name }, name));
  }
  const environmentNames = environments
    .map(({ name }) => name)
    .filter((name) => placesIn({ services }, { service, environment: name }).length > 0);
  return unknown('environment', environment ?? '', environmentNames, (name) =>
    offer({ ...scope, environment: name }, name),
  );
}

function unknown(
  what: string,
  name: string,
  names: readonly string[],
  offer: (name: string) => Offer,
): Refusal {
  const meant = closest(name, names, 3);
  return refuse('not-found', [`There is no ${what} `, code(name), ' there.'], {
    next: meant.length > 0 ? [didYouMean(meant)] : ['There are: ', code(names.join(', ')), '.'],
    offers: meant.map(offer),
  });
}

/** ` api --env staging`: a scope as it is typed after a verb; nothing for everything. */
export function scopeWords({ service, environment }: Scope): string {
  return `${service === null ? '' : ` ${service}`}${environment === null ? '' : ` --env ${environment}`}`;
}
